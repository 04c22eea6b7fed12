import Files
import Samples
import TensorCore
import Text

/// The folds of a synthetic corpus, in both of the formats that can be read.
struct SyntheticFolds {
  /// The ids of each split.
  let groups: [Split: [String]]
  /// The ids that are in no fold; CMU-MOSEI has 68 of them.
  let unassigned: [String]

  /// Divides the recordings at random, about 70 : 15 : 15. Those without any samples go to train, so that no split of a
  /// small corpus ends up empty.
  init(ids: [String], isFatal: (Int) -> Bool, seed: UInt64) {
    var random = PhiloxStream(seed: seed, stream: 102)
    let order = random.choose(ids.count, of: Array(ids.indices))
    let usable = order.filter { !isFatal($0) }.map { ids[$0] }
    let unusable = order.filter(isFatal).map { ids[$0] }
    let heldOut = max(1, ids.count * 15 / 100)
    let left = ids.count < SyntheticTrouble.smallestCorpus ? 0 : 2
    unassigned = Array(usable.suffix(left))
    groups = [
      .valid: Array(usable[..<heldOut]), .test: Array(usable[heldOut..<2 * heldOut]),
      .train: unusable + usable[(2 * heldOut)...].dropLast(left),
    ]
  }

  /// The number of recordings in each split.
  var counts: [String: JSONValue] {
    Dictionary(uniqueKeysWithValues: groups.map { ($0.key.rawValue, .integer($0.value.count)) })
  }

  /// Writes `folds.json` and `folds.py` into a folder.
  func write(to folder: String) throws {
    let lists = groups.map { ($0.key.rawValue, JSONValue.array($0.value.map { .string($0) })) }
    let json = JSONValue.object(Dictionary(uniqueKeysWithValues: lists))
    try AtomicFile.write(json.prettyText, to: folder + "/folds.json")
    var python = ""
    for split in Split.allCases {
      let ids = (groups[split] ?? []).map { "'\($0)'" }  // made of letters, digits, - and _
      python += "standard_\(split)_fold=[\(ids.joined(separator: ", "))]\n\n"
    }
    try AtomicFile.write(python, to: folder + "/folds.py")
  }
}
