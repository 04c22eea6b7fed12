public import Options

/// What becomes of a recording that one of the files lacks.
public enum MissingPolicy: String, CaseIterable, Sendable {
  /// It is left out and reported.
  case drop
  /// It stays, with that modality masked.
  case keep
}

/// How recordings are divided.
public enum SplitPolicy: Hashable, Sendable {
  /// By a fold file: the SDK's Python lists or JSON.
  case folds(path: String)
  /// By shuffling the groups: shares of train, valid and test that add up to 1.
  case ratios([Double], seed: UInt64)
  /// Test is a session, 1 to 5, and valid the one before it, cyclically.
  case session(Int)
  /// Test is a speaker, e.g. `Ses05_F`, and valid the session before theirs; the speaker's partner is left out.
  case speaker(String)
}

extension MissingPolicy: OptionValue {}
