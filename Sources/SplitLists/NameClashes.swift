import Leaks
import Samples
import Text

/// Names that begin again in each split and mean something else there: row numbers, and numbers of dialogues.
///
/// One name in two splits is a leak where it means one thing. It is a clash of names where what is said of it contradicts
/// that: other recordings, other words, other times. Where nothing is said, numbers that run from 0 or 1 in each split are
/// doubtful.
struct NameClashes {
  /// What one name in two splits comes to.
  enum Standing: Hashable, Sendable {
    /// It means one thing, or nobody would think otherwise.
    case same
    /// Nearly all shared names are contradicted.
    case clash
    /// Numbers that begin again, and nothing else is known of them.
    case doubtful
  }

  /// What is said of a name in a split.
  private struct Facts {
    /// The recordings.
    var groups: Set<String> = []
    /// The numbers of its samples.
    var members: Set<String> = []
    /// Words and times, by the number of the sample within what is named; without one under the empty string.
    var contents: [String: String] = [:]
  }

  /// A contradiction in so many of the names that can be compared makes all of them a clash.
  private static let clashingShare = 0.9

  /// What is said of the names that are in several splits.
  private var facts: [String: [Split: Facts]] = [:]
  /// Whether the names are whole numbers that run from 0 or 1, with few left out, in every split that has any.
  private let beginAgain: Bool

  /// Looks at the names of records.
  ///
  /// - Parameters:
  ///   - name: what may begin again.
  ///   - member: the number of the sample within what is named; nil where the name is the sample's.
  ///   - group: the recording, where it is known beside the name.
  ///   - content: words and times; nil where there are none.
  init(
    _ records: [ListRecord], name: (ListRecord) -> String?, member: (ListRecord) -> String?,
    group: (ListRecord) -> String?, content: (ListRecord) -> String?
  ) {
    var splits: [String: Set<Split>] = [:]
    for record in records {
      if let name = name(record) { splits[name, default: []].insert(record.split) }
    }
    beginAgain = Self.beginAgain(splits)
    for record in records {
      guard let name = name(record), splits[name]?.count ?? 0 > 1 else { continue }
      var own = facts[name]?[record.split] ?? Facts()
      if let group = group(record) { own.groups.insert(group) }
      if let member = member(record) { own.members.insert(member) }
      if let content = content(record) { own.contents[member(record) ?? ""] = content }
      facts[name, default: [:]][record.split] = own
    }
  }

  /// How many names are in several splits.
  var sharedCount: Int { facts.count }

  /// What they come to.
  var standing: Standing {
    if facts.isEmpty { return .same }
    let verdicts = facts.values.compactMap(Self.isContradicted)
    let contradicted = verdicts.count { $0 }
    if contradicted > 0 { return Double(contradicted) >= Self.clashingShare * Double(verdicts.count) ? .clash : .same }
    // A few may agree by chance.
    return beginAgain && 2 * verdicts.count < facts.count ? .doubtful : .same
  }

  /// Whether what is said of a name in one split contradicts what is said of it in another; nil where nothing tells.
  private static func isContradicted(_ splits: [Split: Facts]) -> Bool? {
    var told = false
    let facts = Split.allCases.compactMap { splits[$0] }
    for (number, first) in facts.enumerated() {
      for second in facts.dropFirst(number + 1) {
        if !first.groups.isEmpty, !second.groups.isEmpty {
          told = true
          if first.groups.isDisjoint(with: second.groups) { return true }
        }
        // What is numbered on through two splits is one thing: each begins with its own first number otherwise.
        if !first.members.isEmpty, !second.members.isEmpty, first.members.isDisjoint(with: second.members) {
          told = true
        }
        for (member, content) in first.contents {
          guard let other = second.contents[member] else { continue }
          told = true
          if other != content { return true }
        }
      }
    }
    return told ? false : nil
  }

  private static func beginAgain(_ splits: [String: Set<Split>]) -> Bool {
    var numbers: [Split: Set<Int>] = [:]
    for (name, own) in splits {
      guard let number = Int(name), number >= 0 else { return false }
      for split in own { numbers[split, default: []].insert(number) }
    }
    return numbers.values.allSatisfy { own in
      guard let least = own.min(), let greatest = own.max(), least <= 1 else { return false }
      return Double(own.count) >= fullShare * (Double(greatest) - Double(least) + 1)
    }
  }

  /// MELD's numbers leave out one of 1,039.
  private static let fullShare = 0.9
}
