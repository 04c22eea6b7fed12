#include "CSignals.h"

static int count;
static char **values;

// The loader passes them to constructors. Swift's runtime looks for them on the stack, whose address it reads from
// /proc: if that fails there are none.
__attribute__((constructor)) static void keep(int argument_count, char **argument_values) {
  count = argument_count;
  values = argument_values;
}

int msa_argument_count(void) { return count; }

const char *msa_argument(int number) { return number < count ? values[number] : ""; }
