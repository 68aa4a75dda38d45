package org.learn4j.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Pictures side by side, each with a title above it.
 *
 * <pre>{@code
 * PictureGrid.columns(3).add("photo", photo).add("Maine Coon", map.over(photo)).save(Path.of("cat.png"));
 * }</pre>
 */
public final class PictureGrid {
    private static final int GAP = 8;
    private static final int LINE = 20;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 15);

    private final int columns;
    private final List<Cell> cells = new ArrayList<>();
    private int cellWidth;
    private int cellHeight;

    private PictureGrid(int columns) {
        this.columns = columns;
    }

    private record Cell(List<String> title, BufferedImage picture) {}

    /** Returns an empty grid that starts a new row after so many pictures. */
    public static PictureGrid columns(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("A grid has at least one column, received " + count);
        }
        return new PictureGrid(count);
    }

    /** Scales all pictures to fit into cells of a size, keeping their proportions; by default the largest picture's. */
    public PictureGrid cells(int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("A cell has a size, received " + width + "×" + height);
        }
        cellWidth = width;
        cellHeight = height;
        return this;
    }

    /** Adds a picture; the title may have several lines, and what does not fit is cut off. */
    public PictureGrid add(String title, BufferedImage picture) {
        cells.add(new Cell(title.lines().toList(), picture));
        return this;
    }

    /**
     * Writes the pictures, atomically: PNG or SVG by the file's name.
     *
     * @throws IllegalArgumentException if the name ends with neither {@code .png} nor {@code .svg}, or nothing was added
     * @throws java.io.UncheckedIOException if the file cannot be written, or this machine cannot draw
     */
    public void save(Path picture) {
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to draw in " + picture);
        }
        int across = Math.min(columns, cells.size());
        int down = (cells.size() + columns - 1) / columns;
        Picture.save(
                picture,
                GAP + across * (width() + GAP),
                GAP + down * (titleHeight() + height() + GAP),
                graphics -> paint(graphics, across, down));
    }

    private int width() {
        return cellWidth > 0 ? cellWidth : most(cell -> cell.picture.getWidth());
    }

    private int height() {
        return cellHeight > 0 ? cellHeight : most(cell -> cell.picture.getHeight());
    }

    private int titleHeight() {
        return LINE * most(cell -> cell.title.size());
    }

    private int most(ToIntFunction<Cell> size) {
        return cells.stream().mapToInt(size).max().orElse(0);
    }

    private void paint(Graphics2D graphics, int across, int down) {
        int width = width();
        int height = height();
        int title = titleHeight();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, GAP + across * (width + GAP), GAP + down * (title + height + GAP));
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.setFont(FONT);
        graphics.setColor(Color.BLACK);
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            int x = GAP + i % columns * (width + GAP);
            int y = GAP + i / columns * (title + height + GAP);
            for (int line = 0; line < cell.title.size(); line++) {
                graphics.drawString(
                        fitting(graphics, cell.title.get(line), width),
                        x,
                        y + LINE * line + graphics.getFontMetrics().getAscent());
            }
            double scale =
                    Math.min((double) width / cell.picture.getWidth(), (double) height / cell.picture.getHeight());
            int drawnWidth = Math.max(1, (int) Math.round(scale * cell.picture.getWidth()));
            int drawnHeight = Math.max(1, (int) Math.round(scale * cell.picture.getHeight()));
            graphics.drawImage(
                    scale < 1
                            ? cell.picture.getScaledInstance(drawnWidth, drawnHeight, Image.SCALE_SMOOTH)
                            : cell.picture,
                    x + (width - drawnWidth) / 2,
                    y + title + (height - drawnHeight) / 2,
                    drawnWidth,
                    drawnHeight,
                    null);
        }
    }

    private static String fitting(Graphics2D graphics, String text, int width) {
        String shown = text;
        while (shown.length() > 1 && graphics.getFontMetrics().stringWidth(shown) > width) {
            shown = shown.substring(0, shown.length() - 1);
        }
        return shown;
    }
}
