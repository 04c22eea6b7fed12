/// One of the three parts of a corpus.
public enum Split: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case train, valid, test

  /// The name in files and options.
  public var description: String { rawValue }
}
