import CCairo
public import Foundation
import Storage

/// A surface to draw on, in points from the top left corner; what is drawn comes out as SVG or PNG with the same code.
///
/// Text is drawn in DejaVu Sans; in an SVG its glyphs are outlines, so it looks the same everywhere.
public final class Canvas {
  /// The width in points.
  public let width: Double
  /// The height in points.
  public let height: Double
  private let surface: OpaquePointer
  private let context: OpaquePointer
  private let sink: Sink

  /// Where cairo's bytes go.
  private final class Sink {
    var bytes: [UInt8] = []

    static let append: cairo_write_func_t = { sink, bytes, count in
      guard let sink, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
      Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes
        .append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
      return CAIRO_STATUS_SUCCESS
    }

    /// Valid as long as the sink lives.
    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
  }

  private static let fontName = "DejaVu Sans"

  /// The picture as an SVG document.
  ///
  /// - Throws: `DataError` 70 when cairo cannot draw it.
  public static func svg(width: Double, height: Double, _ draw: (Canvas) throws -> Void) throws -> String {
    let sink = Sink()
    let canvas = Canvas(
      width: width, height: height, sink: sink,
      surface: cairo_svg_surface_create_for_stream(Sink.append, sink.pointer, width, height))
    try draw(canvas)
    cairo_surface_finish(canvas.surface)
    try canvas.check()
    // Cairo counts its surfaces over the whole process; the group's name must not depend on what was drawn before.
    return String(decoding: sink.bytes, as: UTF8.self).replacing(/<g id="surface\d+">/, with: "<g id=\"picture\">")
  }

  /// The picture as PNG bytes, on white, with `scale` pixels a point.
  ///
  /// - Throws: `DataError` 70 when cairo cannot draw it.
  public static func png(
    width: Double, height: Double, scale: Double = 2, _ draw: (Canvas) throws -> Void
  ) throws -> [UInt8] {
    let sink = Sink()
    let surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, Int32((width * scale).rounded()), Int32((height * scale).rounded()))
    let canvas = Canvas(width: width, height: height, sink: sink, surface: surface)
    cairo_scale(canvas.context, scale, scale)
    canvas.fill(x: 0, y: 0, width: width, height: height, .white)
    try draw(canvas)
    cairo_surface_flush(canvas.surface)
    let status = cairo_surface_write_to_png_stream(canvas.surface, Sink.append, sink.pointer)
    try canvas.check(status)
    return sink.bytes
  }

  private init(width: Double, height: Double, sink: Sink, surface: OpaquePointer?) {
    self.width = width
    self.height = height
    self.sink = sink
    // Cairo never returns nil: what fails gives an inert object whose status tells why, and `check` reads it.
    self.surface = surface!
    context = cairo_create(surface)!
    cairo_select_font_face(context, Self.fontName, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  private func check(_ status: cairo_status_t = CAIRO_STATUS_SUCCESS) throws {
    let statuses = [status, cairo_status(context), cairo_surface_status(surface)]
    guard let failed = statuses.first(where: { $0 != CAIRO_STATUS_SUCCESS }) else { return }
    if failed == CAIRO_STATUS_NO_MEMORY {
      throw DataError(.systemRefused, "no memory for drawing a picture", advice: "Run again when more memory is free.")
    }
    throw DataError(.internalBug, "a picture cannot be drawn: \(String(cString: cairo_status_to_string(failed)))")
  }
}

extension Canvas {
  /// Fills a rectangle, with rounded corners where `radius` is above 0.
  public func fill(x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ color: Color) {
    trace(x: x, y: y, width: width, height: height, radius: radius)
    use(color)
    cairo_fill(context)
  }

  /// Draws the outline of a rectangle.
  public func outline(
    x: Double, y: Double, width: Double, height: Double, radius: Double = 0, lineWidth: Double = 1, _ color: Color
  ) {
    trace(x: x, y: y, width: width, height: height, radius: radius)
    stroke(color, lineWidth: lineWidth, dash: [])
  }

  /// Draws straight lines from point to point; nothing for fewer than two points.
  public func line(_ points: [CGPoint], lineWidth: Double = 1, dash: [Double] = [], _ color: Color) {
    guard let first = points.first, points.count > 1 else { return }
    cairo_move_to(context, first.x, first.y)
    for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
    stroke(color, lineWidth: lineWidth, dash: dash)
  }

  /// Fills a polygon.
  public func fill(_ points: [CGPoint], _ color: Color) {
    guard let first = points.first else { return }
    cairo_move_to(context, first.x, first.y)
    for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
    cairo_close_path(context)
    use(color)
    cairo_fill(context)
  }

  /// Fills a circle.
  public func dot(x: Double, y: Double, radius: Double, _ color: Color) {
    cairo_new_sub_path(context)
    cairo_arc(context, x, y, radius, 0, 2 * .pi)
    use(color)
    cairo_fill(context)
  }

  /// Which point of a text stands at the given place.
  public enum Anchor: Sendable {
    case start, middle, end
  }

  /// Draws one line of text whose baseline goes through (`x`, `y`); `isUpright` turns it a quarter to the left.
  public func text(
    _ text: String, x: Double, y: Double, size: Double = 11, anchor: Anchor = .start, isBold: Bool = false,
    isUpright: Bool = false, _ color: Color = .ink
  ) {
    let width = measure(text, size: size, isBold: isBold)
    cairo_save(context)
    cairo_translate(context, x, y)
    if isUpright { cairo_rotate(context, -.pi / 2) }
    cairo_move_to(context, anchor == .start ? 0 : anchor == .middle ? -width / 2 : -width, 0)
    use(color)
    cairo_show_text(context, text)
    cairo_restore(context)
  }

  /// The width of a line of text in points; the font stays selected.
  @discardableResult
  public func measure(_ text: String, size: Double = 11, isBold: Bool = false) -> Double {
    cairo_select_font_face(
      context, Self.fontName, CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, size)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }

  /// Draws only inside a rectangle while `draw` runs.
  public func clipped(x: Double, y: Double, width: Double, height: Double, _ draw: () -> Void) {
    cairo_save(context)
    cairo_rectangle(context, x, y, width, height)
    cairo_clip(context)
    draw()
    cairo_restore(context)
  }

  private func use(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
  }

  private func stroke(_ color: Color, lineWidth: Double, dash: [Double]) {
    use(color)
    cairo_set_line_width(context, lineWidth)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_dash(context, dash, Int32(dash.count), 0)
    cairo_stroke(context)
  }

  private func trace(x: Double, y: Double, width: Double, height: Double, radius: Double) {
    if radius == 0 {
      cairo_rectangle(context, x, y, width, height)
      return
    }
    let corners = [(x + width, y, -0.5), (x + width, y + height, 0.0), (x, y + height, 0.5), (x, y, 1.0)]
    cairo_new_sub_path(context)
    for (cornerX, cornerY, start) in corners {
      let centerX = cornerX == x ? x + radius : cornerX - radius
      let centerY = cornerY == y ? y + radius : cornerY - radius
      cairo_arc(context, centerX, centerY, radius, start * .pi, (start + 0.5) * .pi)
    }
    cairo_close_path(context)
  }
}
