import Foundation
import Testing

@testable import Reports

@Suite("The appearance of pages")
struct StylesheetTests {
  /// The relative luminance of a colour (WCAG 2.2).
  private static func luminance(_ digits: Substring) throws -> Double {
    let number = try #require(Int(digits, radix: 16))
    let parts = [number >> 16, number >> 8 & 255, number & 255].map { part -> Double in
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  @Test("white text on badges is legible in light and dark mode", arguments: ["bad", "good", "open"])
  func contrast(name: String) throws {
    let colours = try Stylesheet.rules.matches(of: Regex("--\(name): #([0-9a-f]{6});")).compactMap {
      $0.output[1].substring
    }
    #expect(colours.count == 2)
    for colour in colours {
      let ratio = try 1.05 / (Self.luminance(colour) + 0.05)
      #expect(ratio >= 4.5, "\(colour): \(ratio)")
    }
  }

  @Test("content that scrolls on a screen is printed in full")
  func printing() throws {
    let rules = try #require(Stylesheet.rules.firstRange(of: "@media print"))
    let printed = Stylesheet.rules[rules.lowerBound...]
    #expect(printed.contains(".wide, pre, figure { overflow: visible; }"))
    #expect(printed.contains("pre { white-space: pre-wrap; }"))
  }
}
