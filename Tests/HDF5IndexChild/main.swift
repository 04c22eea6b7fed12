import HDF5

// The smallest program that indexes on behalf of another process: what HDF5Tests starts.
HDF5IndexChild.main(Array(CommandLine.arguments.dropFirst()))
