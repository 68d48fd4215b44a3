#include "LostCancelCheck.h"
