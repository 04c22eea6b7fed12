/// A NumPy array. Its numbers stay in the file until they are asked for.
public final class PickledArray: Sendable {
  enum Contents {
    /// Elements of a fixed size.
    case packed(PickledBytes)
    /// In C order, whatever the array's.
    case objects([PickleValue])
  }

  /// The dimensions, outermost first; none for a single element.
  public let shape: [Int]
  /// What an element is.
  public let type: PickledType
  /// The number of elements.
  public let count: Int
  private let contents: Contents
  /// How far apart elements are that differ by 1 in an index; nil where they lie in C order.
  private let strides: [Int]?
  /// Where the first element lies.
  private let base: Int

  init(_ layout: PickledLayout, _ type: PickledType, _ contents: Contents) {
    shape = layout.shape
    count = layout.count
    strides = layout.isInCOrder ? nil : layout.strides
    base = 0
    self.type = type
    self.contents = contents
  }

  private init(_ index: Int, of whole: PickledArray) {
    shape = Array(whole.shape.dropFirst())
    count = whole.count / whole.shape[0]
    strides = whole.strides.map { Array($0.dropFirst()) }
    base = whole.base + index * (whole.strides?[0] ?? count)
    type = whole.type
    contents =
      if case .objects(let elements) = whole.contents {
        .objects(Array(elements[index * count..<(index + 1) * count]))
      } else {
        whole.contents
      }
  }

  /// The part whose first index is `index`, which must be there: a row of a matrix.
  public func part(_ index: Int) -> PickledArray {
    precondition(shape.first.map { 0..<$0 ~= index } ?? false, "a part beyond its array")
    return PickledArray(index, of: self)
  }

  /// The elements of an object array, in C order; nil for others.
  public var objects: [PickleValue]? {
    if case .objects(let elements) = contents { elements } else { nil }
  }

  /// Reads numbers as float32, in C order from element `first` on. Values beyond float32's range become infinite.
  ///
  /// The elements must be there and be numbers.
  /// - Throws: `DataError` 74 when the file cannot be read any more, 65 when it was cut short meanwhile.
  public func readFloats(from first: Int, into output: UnsafeMutableBufferPointer<Float>) throws {
    precondition(type.isNumeric && first >= 0 && output.count <= count - first, "numbers beyond their array")
    guard case .packed(let bytes) = contents, !output.isEmpty else { return }
    if strides != nil {
      return try bytes.withBytes { stored in
        forEachPlace(from: first, count: output.count) { index, place in
          type.floats(
            UnsafeRawBufferPointer(rebasing: stored[place * type.byteCount..<(place + 1) * type.byteCount]),
            into: UnsafeMutableBufferPointer(rebasing: output[index..<index + 1]))
        }
      }
    }
    let size = type.byteCount
    if type.kind == .float, size == 4, !type.isBigEndian {
      return try bytes.read(into: UnsafeMutableRawBufferPointer(output), at: 4 * (base + first))
    }
    var done = 0
    while done < output.count {
      let count = min(Self.countAtOnce, output.count - done)
      try withUnsafeTemporaryAllocation(byteCount: count * size, alignment: 8) { buffer in
        try bytes.read(into: buffer, at: (base + first + done) * size)
        type.floats(
          UnsafeRawBufferPointer(buffer), into: UnsafeMutableBufferPointer(rebasing: output[done..<done + count]))
      }
      done += count
    }
  }

  private static let countAtOnce = 1 << 13

  /// All numbers as float32, in C order; nil where an element is none.
  ///
  /// - Throws: as `readFloats`.
  public func floats() throws -> [Float]? {
    if let objects {
      var floats: [Float] = []
      for element in objects {
        guard let number = element.number else { return nil }
        floats.append(Float(number))
      }
      return floats
    }
    guard type.isNumeric else { return nil }
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      try readFloats(from: 0, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// All elements as whole numbers, in C order; nil where one is none.
  ///
  /// - Throws: as `readFloats`.
  public func integers() throws -> [Int]? {
    try elements(of: { $0.wholeNumber }, type.integer)
  }

  /// All elements as texts, in C order; nil where one is none.
  ///
  /// - Throws: as `readFloats`.
  public func texts() throws -> [String]? {
    try elements(of: { $0.text }, type.text)
  }

  private func elements<Element>(
    of object: (PickleValue) -> Element?, _ element: (UnsafeRawBufferPointer) -> Element?
  ) throws -> [Element]? {
    var elements: [Element] = []
    elements.reserveCapacity(count)
    switch contents {
    case .objects(let objects):
      for value in objects {
        guard let element = object(value) else { return nil }
        elements.append(element)
      }
    case .packed(let bytes):
      try bytes.withBytes { stored in
        forEachPlace(from: 0, count: count) { _, place in
          let own = stored[place * type.byteCount..<(place + 1) * type.byteCount]
          if let element = element(UnsafeRawBufferPointer(rebasing: own)) { elements.append(element) }
        }
      }
    }
    return elements.count == count ? elements : nil
  }

  /// Goes through elements in C order, and tells where each lies.
  private func forEachPlace(from first: Int, count: Int, _ body: (_ index: Int, _ place: Int) -> Void) {
    // An axis may have no length then.
    if count == 0 { return }
    guard let strides else {
      for index in 0..<count { body(index, base + first + index) }
      return
    }
    var position = [Int](repeating: 0, count: shape.count)
    var rest = first
    for axis in shape.indices.reversed() {
      (rest, position[axis]) = rest.quotientAndRemainder(dividingBy: shape[axis])
    }
    var place = zip(position, strides).reduce(base) { $0 + $1.0 * $1.1 }
    for index in 0..<count {
      body(index, place)
      for axis in shape.indices.reversed() {
        position[axis] += 1
        place += strides[axis]
        if position[axis] < shape[axis] { break }
        place -= strides[axis] * shape[axis]
        position[axis] = 0
      }
    }
  }
}

extension PickleValue {
  /// A number, or a truth as 0 or 1; nil for all else.
  public var number: Double? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// A whole number, or a truth as 0 or 1; nil for all else.
  public var wholeNumber: Int? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }
}
