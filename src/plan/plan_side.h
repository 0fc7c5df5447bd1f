/* plan_side.h - actions that two or more parties build together. */
#ifndef YITI_PLAN_PLAN_SIDE_H
#define YITI_PLAN_PLAN_SIDE_H

#include "plan/plan.h"

extern const struct route_table plan_side_routes;

#endif
