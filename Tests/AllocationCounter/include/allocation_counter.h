#pragma once

/// How often the calling thread has asked for memory; −1 where allocations cannot be counted.
long allocation_count(void);
