import HDF5

/// Finds out what is where in .csd files, with or without a process of its own for each file.
///
/// A file that was made to, or was damaged, can crash the library that reads it or keep it busy for ever; in a process of
/// its own it becomes one clear error.
public struct CSDIndexer: Sendable {
  let hdf5: HDF5Indexer

  /// Indexes each file in this process.
  public static let inProcess = CSDIndexer(hdf5: HDF5Indexer(childExecutable: nil))
  /// Indexes each file in a copy of this process: only while no other thread of it is at work.
  public static let forking = CSDIndexer(hdf5: .forking)
}
