import HDF5

// The smallest program that indexes on behalf of another process; HDF5Tests starts it.
HDF5IndexChild.main(Array(CommandLine.arguments.dropFirst()))
