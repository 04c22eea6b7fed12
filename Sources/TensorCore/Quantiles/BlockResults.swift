import Synchronization

/// Results of blocks of work that end in any order.
final class BlockResults<Element: Sendable>: Sendable {
  private let blocks: Mutex<[[Element]]>

  init(count: Int) { blocks = Mutex([[Element]](repeating: [], count: count)) }

  /// The results of one block.
  subscript(block: Int) -> [Element] {
    get { blocks.withLock { $0[block] } }
    set { blocks.withLock { $0[block] = newValue } }
  }

  /// All results, in the order of the blocks.
  var all: [Element] { blocks.withLock { Array($0.joined()) } }
}
