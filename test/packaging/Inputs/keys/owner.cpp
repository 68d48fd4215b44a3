#include "keys.h"

constexpr context::Key<int> kOwned{"owned"};
