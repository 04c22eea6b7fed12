/// Marks on a sheet of paper, in the order they are drawn: for a renderer to turn into SVG or pixels.
///
/// Lengths are points; y points down.
public struct Drawing: Hashable, Sendable {
  /// A place on the sheet.
  public struct Point: Hashable, Sendable {
    /// From the left edge.
    public var x: Double
    /// From the top edge.
    public var y: Double

    /// A place.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A part of the sheet.
  public struct Rectangle: Hashable, Sendable {
    /// The left edge.
    public var x: Double
    /// The top edge.
    public var y: Double
    /// From left to right.
    public var width: Double
    /// From top to bottom.
    public var height: Double

    /// A part of the sheet.
    public init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }

    var right: Double { x + width }
    var bottom: Double { y + height }
  }

  /// What renderers know how to draw.
  package enum Mark: Hashable, Sendable {
    case line([Point], width: Double, dash: [Double], Color)
    case polygon([Point], Color)
    case dot(Point, radius: Double, Color)
    /// `tip` is shown when the pointer rests on the rectangle.
    case rectangle(Rectangle, radius: Double, Color, tip: String?)
    case outline(Rectangle, radius: Double, width: Double, Color)
    case text(String, at: Point, TextStyle, Color)
  }

  /// From left to right.
  public let width: Double
  /// From top to bottom.
  public let height: Double
  /// What it shows, for screen readers.
  public let label: String
  package private(set) var marks: [Mark] = []

  /// The width of a chart that fills a page's column of text.
  public static let pageWidth = 880.0

  /// - Parameter label: what the drawing shows, for screen readers.
  public init(width: Double = Drawing.pageWidth, height: Double, label: String) {
    self.width = width
    self.height = height
    self.label = label
  }

  /// Straight lines from point to point; nothing for fewer than two points.
  ///
  /// - Parameter dash: lengths drawn and left out, alternately; a solid line if empty.
  public mutating func line(_ points: [Point], width: Double = 1, dash: [Double] = [], _ color: Color) {
    if points.count > 1 { marks.append(.line(points, width: width, dash: dash, color)) }
  }

  /// A straight line.
  public mutating func line(from start: Point, to end: Point, width: Double = 1, dash: [Double] = [], _ color: Color) {
    line([start, end], width: width, dash: dash, color)
  }

  /// A filled polygon.
  public mutating func polygon(_ points: [Point], _ color: Color) { marks.append(.polygon(points, color)) }

  /// A filled circle.
  public mutating func dot(_ center: Point, radius: Double, _ color: Color) {
    marks.append(.dot(center, radius: radius, color))
  }

  /// A filled rectangle.
  ///
  /// - Parameters:
  ///   - radius: rounds the corners.
  ///   - tip: shown when the pointer rests on the rectangle.
  public mutating func rectangle(_ rectangle: Rectangle, radius: Double = 0, _ color: Color, tip: String? = nil) {
    marks.append(.rectangle(rectangle, radius: radius, color, tip: tip))
  }

  /// The outline of a rectangle; `radius` rounds its corners.
  public mutating func outline(_ rectangle: Rectangle, radius: Double = 0, width: Double = 1, _ color: Color) {
    marks.append(.outline(rectangle, radius: radius, width: width, color))
  }

  /// A line of text whose baseline goes through the point.
  public mutating func text(_ text: String, at point: Point, _ style: TextStyle = .init(), _ color: Color = .ink) {
    marks.append(.text(text, at: point, style, color))
  }
}
