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
      /// To the right.
      public var x: Double
      /// Upwards.
      public var y: Double

      /// Creates a point.
      public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
      }
    }

    /// What the legend says; nil leaves it out of the legend.
    public var name: String?
    /// How it is drawn.
    public var mark: Mark
    /// What it is drawn in.
    public var color: Color
    /// From left to right.
    public var points: [Point]

    /// Creates a series.
    public init(_ name: String?, _ mark: Mark, _ color: Color, _ points: [Point]) {
      self.name = name
      self.mark = mark
      self.color = color
      self.points = points
    }
  }

  /// A straight line across the panel that values can be read against.
  public enum Guide: Hashable, Sendable {
    /// At a height, with its name.
    case horizontal(Double, String)
    /// At an x, with its name.
    case vertical(Double, String)
    /// y = x.
    case diagonal
  }

  /// Above the axes.
  public var title: String
  /// Below the axis.
  public var xLabel: String
  /// Beside the axis.
  public var yLabel: String
  /// Drawn in this order.
  public var series: [Series]
  /// Drawn behind the series.
  public var guides: [Guide]

  /// Creates a panel; its axes hold all finite values.
  public init(_ title: String, xLabel: String, yLabel: String, series: [Series], guides: [Guide] = []) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.guides = guides
  }
}
