public import Leaks
public import SplitArrays

extension AuditedDataset {
  /// Opens arrays stored per split in .npz files or pickles: either one file per split, named after it, or a single
  /// file with all splits (keys such as `train/text`, `train.text` and `train_text` in an archive, a dictionary of
  /// dictionaries in a pickle).
  ///
  /// `id` names a sample (MMSA's `video$_$segment`, or MulT's video, start and end). Without it, samples have no names, and no check of names can be decided.
  /// Pickles are read without being executed.
  /// - Parameter pad: the end at which samples are padded with zeros, for modalities whose values do not show it.
  /// - Throws: `DataError` 66 if a file cannot be opened, 65 if it is neither an archive of .npy files nor a pickle
  ///   with a known layout, or if arrays do not fit together.
  public static func arrays(_ paths: [String], pad: PaddingSide? = nil, threads: Int = 1) throws -> AuditedDataset {
    let opened = try AuditedFile.single(paths)
    let arrays = try ArraysBySplit(paths, pad: pad, withClasses: false, threads: threads)
    for file in opened { try file.requireUnchanged() }
    return AuditedDataset(arrays, path: paths.joined(separator: ", "), files: opened)
  }
}
