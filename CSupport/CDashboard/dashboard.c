#include "CDashboard.h"
