public import Workers

/// A prepared folder in the formats of other programs.
public enum Export {
  /// Writes train.npz, valid.npz and test.npz with MMSA's key names.
  public static func npz(from folder: String, to out: String, overwrites: Bool, progress: any ProgressSink) throws {
  }

  /// Writes tar files that the `webdataset` package reads.
  public static func webDataset(from folder: String, to out: String, overwrites: Bool, progress: any ProgressSink)
    throws
  {
  }
}
