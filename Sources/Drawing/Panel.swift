/// One system of axes with what is drawn in it.
public struct Panel: Hashable, Sendable {
  /// Values that belong together.
  public struct Series: Hashable, Sendable {
    /// How values are drawn. Lines differ by their strokes too, since colour must not carry meaning alone.
    public enum Mark: Hashable, Sendable {
      case line, dashes, dots
      /// From 0 up, as wide as the distance to the next x.
      case bars
    }

    /// A pair of values; one that is not finite interrupts a line and hides a dot.
    public struct Point: Hashable, Sendable {
      public var x: Double
      public var y: Double

      public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
      }
    }

    /// What the legend says; nil leaves it out of the legend.
    public var name: String?
    public var mark: Mark
    public var color: Color
    public var points: [Point]

    public init(_ name: String?, _ mark: Mark, _ color: Color, _ points: [Point]) {
      self.name = name
      self.mark = mark
      self.color = color
      self.points = points
    }
  }

  /// A straight line across the panel that values can be read against.
  public enum Guide: Hashable, Sendable {
    case horizontal(Double, String)
    case vertical(Double, String)
    /// y = x.
    case diagonal
  }

  public var title: String
  public var xLabel: String
  public var yLabel: String
  public var series: [Series]
  public var guides: [Guide]

  public init(_ title: String, xLabel: String, yLabel: String, series: [Series], guides: [Guide] = []) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.guides = guides
  }
}
