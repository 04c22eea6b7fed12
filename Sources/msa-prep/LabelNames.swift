import ArgumentParser

/// The value of `--label-names`: `sentiment,happy,sad`.
struct LabelNames: Hashable, CustomStringConvertible {
  /// In the order of the columns.
  let values: [String]

  /// - Throws: `ValidationError` that says what was expected.
  init(parsing argument: String) throws {
    values = argument.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    if values.contains("") || Set(values).count != values.count {
      throw ValidationError("expected a name for each label column, each once, with commas between them")
    }
  }

  var description: String { values.joined(separator: ",") }
}
