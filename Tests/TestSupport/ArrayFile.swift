import Archives
import ArrayFiles

/// Arrays in one .npz file, as written by NumPy.
public struct ArrayFile {
  private var files: [(name: String, bytes: [UInt8])] = []

  /// No array yet.
  public init() {}

  /// Adds an array.
  public mutating func add(_ key: String, _ values: [Float], shape: [Int]) {
    files.append((key, NpyFile.bytes(values, .float32, shape: shape)))
  }

  /// Adds an array.
  public mutating func add(_ key: String, whole values: [Int64], shape: [Int]) {
    files.append((key, NpyFile.bytes(values, .int64, shape: shape)))
  }

  /// Adds texts as `<U…`, or as `|S…` if `asBytes`.
  public mutating func add(_ key: String, _ texts: [String], shape: [Int], asBytes: Bool = false) {
    let width = max(1, texts.map { asBytes ? $0.utf8.count : $0.unicodeScalars.count }.max() ?? 1)
    let element: NpyHeader.Element = asBytes ? .bytes(width: width) : .unicode(width: width)
    let body = texts.flatMap { text -> [UInt8] in
      if asBytes { return Array(text.utf8) + Array(repeating: 0, count: width - text.utf8.count) }
      let values = text.unicodeScalars.map(\.value)
      return (values + Array(repeating: 0, count: width - values.count)).flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
      }
    }
    files.append((key, NpyHeader(element, shape: shape).bytes + body))
  }

  /// Writes the file and returns its path.
  public func write(to path: String) throws -> String {
    var zip = try ZipWriter(path: path)
    for file in files {
      try zip.begin(file.name + ".npy", byteCount: file.bytes.count)
      try file.bytes.withUnsafeBytes { try zip.write($0) }
    }
    try zip.commit()
    return path
  }
}
