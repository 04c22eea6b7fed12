import Files
public import HDF5

/// A small computational sequence, open to any change.
public struct TinySequence: Sendable {
  /// One entry as it is written to the file.
  public struct Entry: Sendable {
    /// Features, row after row.
    public enum Values: Sendable {
      case floats([Float])
      case words([String])
    }

    /// The features.
    public var values: Values
    /// Values per row.
    public var width: Int
    /// Intervals, row after row; nil omits the dataset.
    public var times: [Double]?
    /// Values per row of the intervals: 2 if nothing is wrong.
    public var timeColumns = 2
    /// Whether the intervals are stored as text.
    public var timesAreTexts = false
    /// How the features are stored.
    public var layout = HDF5Writer.Layout.contiguous

    /// Features of which only the number matters.
    public init(rows: Int, width: Int, step: Double, salt: Int = 0) {
      values = .floats((0..<rows * width).map { Float(($0 * 7 + salt * 3) % 23) / 4 - 2.5 })
      self.width = width
      times = (0..<rows).flatMap { [Double($0) * step, Double($0 + 1) * step] }
    }
  }

  /// The path of the file in the corpus.
  public var path: String
  /// The name of the file's only top-level group.
  public var rootName: String
  /// Texts by key; empty by default.
  public var metadata: [String: String] = [:]
  /// The entries by id.
  public var entries: [String: Entry]

  /// The duration of each recording in seconds.
  private static let seconds = 4.0

  /// A sequence with rows of `step` seconds for each recording of `TinyCorpus`.
  init(_ path: String, _ rootName: String, width: Int, step: Double) {
    self.path = path
    self.rootName = rootName
    entries = Dictionary(
      uniqueKeysWithValues: TinyCorpus.ids.enumerated().map {
        ($1, Entry(rows: Int(Self.seconds / step), width: width, step: step, salt: $0))
      })
  }

  /// Changes one entry.
  public mutating func change(_ id: String, _ body: (inout Entry) -> Void) {
    if var entry = entries[id] {
      body(&entry)
      entries[id] = entry
    }
  }

  /// Writes the file and the folders above it.
  public func write(to path: String) throws {
    try Folder.make(Folder.parent(of: path))
    let writer = try HDF5Writer(path: path)
    for (id, entry) in entries.sorted(by: { $0.key < $1.key }) {
      let place = "\(rootName)/data/\(id)/"
      switch entry.values {
      case .floats(let values):
        try writer.writeFloats(
          values, shape: [values.count / entry.width, entry.width], at: place + "features", layout: entry.layout)
      case .words(let words):
        try writer.writeFixedStrings(words, shape: [words.count, 1], at: place + "features", layout: entry.layout)
      }
      guard let times = entry.times else { continue }
      let shape = [times.count / entry.timeColumns, entry.timeColumns]
      if entry.timesAreTexts {
        try writer.writeFixedStrings(times.map { "\($0)" }, shape: shape, at: place + "intervals")
      } else {
        try writer.writeDoubles(times, shape: shape, at: place + "intervals")
      }
    }
    for (key, text) in metadata { try writer.writeVariableStrings([text], at: "\(rootName)/metadata/\(key)") }
    try writer.close()
  }
}
