package org.learn4j.vision.image;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures in rows and columns, each with a line of text above it.
 *
 * <pre>{@code
 * new ImageGrid(3).add(cat, "cat").add(dog, "dog").toImage().save(Path.of("pets.png"));
 * }</pre>
 */
public final class ImageGrid {
    private static final int GAP = 6;
    private static final int LINE = 18;

    private final int columns;
    private final List<Image> images = new ArrayList<>();
    private final List<String> titles = new ArrayList<>();

    /** Creates an empty grid of a number of columns. */
    public ImageGrid(int columns) {
        if (columns < 1) {
            throw new IllegalArgumentException("A grid has at least 1 column, received " + columns);
        }
        this.columns = columns;
    }

    /** Adds a picture with a title; an empty one takes no place if all are. */
    public ImageGrid add(Image image, String title) {
        images.add(image);
        titles.add(title);
        return this;
    }

    /** Returns the pictures side by side on white. Cells are as large as the largest picture. */
    public Image toImage() {
        if (images.isEmpty()) {
            throw new IllegalStateException("A grid shows at least one picture, this one has none");
        }
        int line = titles.stream().allMatch(String::isEmpty) ? 0 : LINE;
        int width = images.stream().mapToInt(Image::width).max().orElseThrow() + GAP;
        int height = images.stream().mapToInt(Image::height).max().orElseThrow() + GAP + line;
        int rows = (images.size() + columns - 1) / columns;
        int across = Math.min(columns, images.size());
        BufferedImage sheet = new BufferedImage(across * width + GAP, rows * height + GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            graphics.setColor(Color.BLACK);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            for (int i = 0; i < images.size(); i++) {
                int x = GAP + i % columns * width;
                int y = GAP + i / columns * height;
                if (line > 0) {
                    String title = fitted(titles.get(i), graphics.getFontMetrics(), width - GAP);
                    graphics.drawString(title, x, y + LINE - 5);
                }
                graphics.drawImage(images.get(i).toBufferedImage(), x, y + line, null);
            }
        } finally {
            graphics.dispose();
        }
        return Image.of(sheet);
    }

    private static String fitted(String title, FontMetrics metrics, int width) {
        String text = title;
        while (!text.isEmpty() && metrics.stringWidth(text) > width) {
            text = text.substring(0, text.length() - 1);
        }
        return text;
    }
}
