#include "CSignals.h"

static int count;
static char **values;

// The loader hands them to constructors. Swift's runtime looks for them in the stack, whose place it reads from /proc: where
// that fails there are none.
__attribute__((constructor)) static void keep(int argument_count, char **argument_values) {
  count = argument_count;
  values = argument_values;
}

int msa_argument_count(void) { return count; }

const char *msa_argument(int number) { return number < count ? values[number] : ""; }
