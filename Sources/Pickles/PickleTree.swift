import Text

/// Makes values of what a pickle left in its arena: each part once, however often it is used.
struct PickleTree {
  /// A part that is made.
  private struct Part {
    let value: PickleValue
    /// How deep values are nested in it.
    var height = 0
    /// The steps that a walk over it takes.
    let weight: Int
  }

  /// How far a container is.
  private enum State {
    case untouched, begun
    case made(Part)
  }

  private let arena: PickleArena
  private let source: PickleSource
  private let origin: Int
  private var states: [State]
  private var blobs: [Part?]
  /// Walks may take so many steps: some for each byte, since a shared part is walked over again, and enough for small files.
  private let weightLimit: Int

  private init(_ arena: PickleArena, _ source: PickleSource, origin: Int) {
    self.arena = arena
    self.source = source
    self.origin = origin
    states = Array(repeating: .untouched, count: arena.containers.count)
    blobs = Array(repeating: nil, count: arena.blobs.count)
    weightLimit = 1 << 20 + 16 * source.byteCount
  }

  /// The value of an item.
  ///
  /// - Throws: `DataError` 65 with the place where a part holds itself, is nested too deep, is an array that does not hold what
  ///   its shape says, or is repeated beyond all measure.
  static func value(
    of item: PickleItem, in arena: PickleArena, _ source: PickleSource, origin: Int
  ) throws -> PickleValue {
    var tree = PickleTree(arena, source, origin: origin)
    return try tree.part(item, depth: 0).value
  }

  private mutating func part(_ item: PickleItem, depth: Int) throws -> Part {
    switch item {
    case .none: Part(value: .none, weight: 1)
    case .bool(let value): Part(value: .bool(value), weight: 1)
    case .integer(let value): Part(value: .integer(value), weight: 1)
    case .double(let value): Part(value: .double(value), weight: 1)
    case .blob(let number): try blob(number)
    case .container(let number): try container(number, depth: depth)
    case .name(let name):
      throw DataError(
        .badData, "holds the class or function \(name) as a value", expected: "data alone",
        advice: "Write it again without it.")
    }
  }

  private mutating func blob(_ number: Int) throws -> Part {
    if let known = blobs[number] { return known }
    let blob = arena.blobs[number]
    let bytes = PickledBytes(blob.storage, in: source)
    let value: PickleValue
    if blob.isText {
      let text = try bytes.withBytes { String(validating: $0, as: UTF8.self) }
      guard let text else {
        throw DataError(
          .badData, place: place(of: blob), "a string is not UTF-8", expected: "UTF-8, as in pickles",
          advice: "Write it again without lone surrogates.")
      }
      value = .string(text)
    } else {
      value = .bytes(bytes)
    }
    let part = Part(value: value, weight: 1 + bytes.count / 16)
    blobs[number] = part
    return part
  }

  private func place(of blob: PickleArena.Blob) -> String? {
    if case .stored(let range) = blob.storage { "byte \(origin + range.lowerBound)" } else { nil }
  }

  private mutating func container(_ number: Int, depth: Int) throws -> Part {
    let container = arena.containers[number]
    func refusal(_ problem: String, expected: String) -> DataError {
      DataError(
        .badData, place: "byte \(origin + container.place)", problem, expected: expected,
        advice: "No program that stores data writes such a pickle: do not use it.")
    }
    let part: Part
    switch states[number] {
    case .made(let known): part = known
    case .begun: throw refusal("a value holds itself", expected: "data without cycles")
    case .untouched:
      guard depth < Pickle.depthLimit else {
        throw refusal("values are nested deeper than \(Pickle.depthLimit)", expected: "at most that")
      }
      states[number] = .begun
      part = try make(container, depth: depth + 1)
      states[number] = .made(part)
    }
    guard depth + part.height <= Pickle.depthLimit else {
      throw refusal("values are nested deeper than \(Pickle.depthLimit)", expected: "at most that")
    }
    guard part.weight <= weightLimit else {
      throw refusal(
        "a value repeats its parts so often that it unfolds to more than \(weightLimit.grouped) of them",
        expected: "no more than the file's size accounts for")
    }
    return part
  }

  private mutating func make(_ container: PickleArena.Container, depth: Int) throws -> Part {
    var (values, height, weight): ([PickleValue], Int, Int) = ([], 0, 1)
    values.reserveCapacity(container.items.count)
    func add(_ part: Part) -> PickleValue {
      height = max(height, part.height)
      weight = min(weightLimit, weight) + min(weightLimit, part.weight)
      return part.value
    }
    for item in container.items { values.append(add(try part(item, depth: depth))) }
    let value: PickleValue
    switch container.kind {
    case .list: value = .list(values)
    case .tuple: value = .tuple(values)
    case .set: value = .set(values)
    case .complex: value = .complex(real: values[0].number ?? 0, imaginary: values[1].number ?? 0)
    case .dictionary:
      value = .dictionary(
        PickledDictionary(stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }))
    case .type(let type): value = .type(type)
    case .array(let number?):
      let array = try array(arena.arrays[number], depth: depth)
      value = add(array)
    case .array(nil):
      throw DataError(
        .badData, place: "byte \(origin + container.place)", "an array has no contents",
        expected: "BUILD with its shape and values", advice: "The file is damaged: download it again.")
    }
    return Part(value: value, height: height + 1, weight: weight)
  }

  private mutating func array(_ parts: PickleArena.ArrayParts, depth: Int) throws -> Part {
    var (objects, height, weight): ([PickleValue], Int, Int) = ([], 0, parts.layout.count)
    switch parts.contents {
    case .blob(let number):
      let bytes = PickledBytes(arena.blobs[number].storage, in: source)
      return Part(value: .array(PickledArray(parts.layout, parts.type, .packed(bytes))), weight: weight)
    default:
      for item in arena.elements(parts.contents) ?? [] {
        let part = try part(item, depth: depth)
        objects.append(part.value)
        height = max(height, part.height)
        weight = min(weightLimit, weight) + min(weightLimit, part.weight)
      }
      guard objects.count == parts.layout.count else {
        throw DataError(
          .badData, "an array of the shape \(parts.layout.shape) holds \(objects.count) objects",
          expected: "\(parts.layout.count)", advice: "The file is damaged: download it again.")
      }
      return Part(
        value: .array(PickledArray(parts.layout, parts.type, .objects(objects))), height: height, weight: weight)
    }
  }
}
