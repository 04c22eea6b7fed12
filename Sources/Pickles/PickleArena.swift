import Text

/// What stands on a pickle's stack. Parts that may be shared or changed later lie in the arena under a number, so that
/// neither a ring of them nor a deep tower takes a recursion to be given back.
enum PickleItem {
  case none
  case bool(Bool)
  case integer(Int)
  case double(Double)
  /// A text or bytes.
  case blob(Int)
  case container(Int)
  case name(PickleName)
}

/// Everything that a pickle made so far.
struct PickleArena {
  /// A text or bytes, not taken apart yet.
  struct Blob {
    let isText: Bool
    let storage: PickledBytes.Storage
  }

  /// What holds items, or is filled by a later instruction.
  struct Container {
    enum Kind {
      case list, tuple, set, complex
      /// Keys and values in turn.
      case dictionary
      /// An array, by its number once it is filled.
      case array(Int?)
      case type(PickledType)
    }

    var kind: Kind
    var items: [PickleItem] = []
    /// Where the instruction stands that made it.
    let place: Int
  }

  /// An array that was filled.
  struct ArrayParts {
    let layout: PickledLayout
    let type: PickledType
    /// A blob, or of objects a list.
    let contents: PickleItem
  }

  private(set) var blobs: [Blob] = []
  var containers: [Container] = []
  private(set) var arrays: [ArrayParts] = []

  /// A container takes some 100 bytes, and its instruction may take one.
  private static let containerLimit = 1 << 24

  mutating func blob(_ storage: PickledBytes.Storage, isText: Bool) -> PickleItem {
    blobs.append(Blob(isText: isText, storage: storage))
    return .blob(blobs.count - 1)
  }

  mutating func container(_ kind: Container.Kind, _ items: [PickleItem] = [], _ cursor: PickleCursor) throws
    -> PickleItem
  {
    guard containers.count < Self.containerLimit else {
      throw cursor.refusal(
        "there are more than \(Self.containerLimit.grouped) containers", expected: "fewer",
        advice: "Keep numbers in arrays instead of lists.")
    }
    containers.append(Container(kind: kind, items: items, place: cursor.offset))
    return .container(containers.count - 1)
  }

  mutating func array(_ parts: ArrayParts) -> Int {
    arrays.append(parts)
    return arrays.count - 1
  }

  /// The items of a container of a kind; nil for all else.
  func items(_ item: PickleItem, where isWanted: (Container.Kind) -> Bool) -> [PickleItem]? {
    guard case .container(let number) = item, isWanted(containers[number].kind) else { return nil }
    return containers[number].items
  }

  /// The items of a tuple; nil for all else.
  func tuple(_ item: PickleItem) -> [PickleItem]? {
    items(item) { if case .tuple = $0 { true } else { false } }
  }

  /// The items of a list, tuple or set; nil for all else.
  func elements(_ item: PickleItem) -> [PickleItem]? {
    items(item) {
      switch $0 {
      case .list, .tuple, .set: true
      default: false
      }
    }
  }
}
