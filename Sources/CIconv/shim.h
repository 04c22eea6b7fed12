#pragma once
#include <errno.h>
#include <iconv.h>

// iconv_open answers with this where it does not know an encoding; the macro casts, which Swift does not see.
static inline int msa_iconv_failed(iconv_t converter) { return converter == (iconv_t)-1; }
