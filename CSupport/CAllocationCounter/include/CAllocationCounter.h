#ifndef QUES_ALLOCATION_COUNTER_H
#define QUES_ALLOCATION_COUNTER_H

#include <stdint.h>

// Heap allocations that the calling thread has made so far, resizings included. Counted only in a
// program that links this target (the benches), and only with glibc.
uint64_t ques_allocation_count(void);

#endif
