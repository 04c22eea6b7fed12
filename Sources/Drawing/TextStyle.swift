extension Drawing {
  /// How a line of text is set.
  public struct TextStyle: Hashable, Sendable {
    /// Which point of a text is at the given position.
    public enum Anchor: String, Sendable {
      case start, middle, end
    }

    /// The letters' height in points.
    public var size = 12.0
    /// Which point of the text is at its position.
    public var anchor = Anchor.start
    /// Whether the text is bold.
    public var isBold = false
    /// Rotates the text a quarter turn to the left.
    public var isUpright = false
    /// Puts a dark rim around the letters, so that they can be read on any colour.
    public var hasRim = false

    /// A style; by default plain text that starts at its position.
    public init(
      size: Double = 12, anchor: Anchor = .start, isBold: Bool = false, isUpright: Bool = false, hasRim: Bool = false
    ) {
      self.size = size
      self.anchor = anchor
      self.isBold = isBold
      self.isUpright = isUpright
      self.hasRim = hasRim
    }

    /// The labels of ticks, and notes.
    public static let tick = TextStyle(size: 11)
    /// Titles and names of lanes.
    public static let strong = TextStyle(isBold: true)

    /// The same style around another point.
    public func anchored(_ anchor: Anchor) -> TextStyle {
      var style = self
      style.anchor = anchor
      return style
    }
  }
}

extension Drawing.TextStyle {
  /// The width of a line of text in points, from the font's table, so it is the same on every machine.
  ///
  /// DejaVu Sans is wider than the fonts pages are usually shown in, for which it is an upper bound.
  public func width(of text: String) -> Double {
    let widths = isBold ? Self.boldWidths : Self.widths
    return text.unicodeScalars.reduce(0) { sum, scalar in
      let index = Int(scalar.value) - 32
      return sum + Double(widths.indices.contains(index) ? widths[index] : isBold ? 838 : 770)
    } * size / 1000
  }

  /// The text, or its start and its end with … between them where it is wider than so many points.
  public func shortened(_ text: String, to width: Double) -> String {
    if self.width(of: text) <= width { return text }
    let letters = Array(text)
    // No letter is narrower than a fifth of the size.
    var kept = min(letters.count - 1, Int(max(0, width * 5 / size)))
    while kept > 0 {
      let shown = String(letters.prefix((kept + 1) / 2)) + "…" + String(letters.suffix(kept / 2))
      if self.width(of: shown) <= width { return shown }
      kept -= 1
    }
    return "…"
  }

  /// Advance widths of U+0020 to U+007E in thousandths of the size: table hmtx of DejaVuSans.ttf 2.37.
  private static let widths = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
  ]

  /// The same for DejaVuSans-Bold.ttf.
  private static let boldWidths = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
    837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
    678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
    365, 712, 838,
  ]
}
