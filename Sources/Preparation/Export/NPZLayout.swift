/// How a sample's rows stand in the arrays of an .npz export.
public struct NPZLayout: Hashable, Sendable {
  /// Where the zeros stand that fill up a sample with fewer rows than the array.
  public enum Padding: String, CaseIterable, Sendable {
    /// Before the rows, as the CMU SDK's `get_tensors` has it; for loaders that read the last rows.
    case left
    /// Behind the rows; for loaders that read the first `…_lengths` rows.
    case right
  }

  /// Where the padding stands.
  public var padding = Padding.right
  /// Rows of a sample in the arrays, at least 1; of a longer sample the last ones are kept. 50 is `seq_len` of the SDK's
  /// `get_tensors` and the length that MMSA's files have.
  public var rowCount = 50

  /// Fifty rows, padded behind.
  public init() {}

  /// Where `count` rows of a sample stand among the `rowCount` of an array.
  func places(of count: Int) -> Range<Int> {
    let kept = min(count, rowCount)
    return padding == .right ? 0..<kept : rowCount - kept..<rowCount
  }
}
