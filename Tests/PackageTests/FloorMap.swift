import Foundation

/// The table in CONTRIBUTING.md that assigns targets to floors.
struct FloorMap {
  /// A target's place: its floor, and its position from the left.
  struct Place: Comparable {
    let floor: Int
    let position: Int

    static func < (first: Place, second: Place) -> Bool {
      (first.floor, first.position) < (second.floor, second.position)
    }
  }

  /// The targets in the order of the table.
  private(set) var names: [String] = []
  private var places: [String: Place] = [:]

  /// Reads the rows `| floor | targets … |`; target names are in backticks, outside of parentheses.
  init(contentsOf file: URL) throws {
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("|"), cells.count == 2, let floor = Int(cells[0]) else { continue }
      for name in Self.names(in: cells[1]) {
        places[name] = Place(floor: floor, position: names.count)
        names.append(name)
      }
    }
  }

  /// A target's place; nil if the map does not have it.
  func place(of name: String) -> Place? { places[name] }

  private static func names(in cell: String) -> [String] {
    let plain = cell.replacing(#/\([^)]*\)/#, with: "")
    return plain.matches(of: #/`([A-Za-z0-9-]+)`/#).map { String($0.1) }
  }
}
