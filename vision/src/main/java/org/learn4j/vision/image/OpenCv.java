package org.learn4j.vision.image;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.remap;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.learn4j.autograd.PaddingMode;

/** The only class that knows OpenCV. Every call runs on the caller's thread alone: loaders have threads of their own. */
final class OpenCv {
    static {
        setNumThreads(0);
    }

    /** The longest side that OpenCV warps. */
    static final int LONGEST = Short.MAX_VALUE - 1;

    private OpenCv() {}

    /**
     * Decodes a file whose header was checked.
     *
     * @param reduction 1, 2, 4 or 8: how many times smaller a JPEG is made while it is decoded
     * @param detail how much of the picture is needed; it is averaged down to that
     * @return RGB, turned upright
     */
    static Image decode(byte[] file, ImageHeader header, int reduction, Detail detail) {
        byte[] readable = header.format() == ImageFormat.TIFF ? TiffHeader.withoutTransparency(file) : file;
        try (Mat bytes = new Mat(1, readable.length, CV_8UC1)) {
            bytes.data().put(readable);
            try (Mat picture = decode(bytes, reduction)) {
                check(picture, header, reduction);
                return shrink(picture, detail);
            }
        }
    }

    private static Mat decode(Mat bytes, int reduction) {
        try {
            return imdecode(bytes, flags(reduction));
        } catch (RuntimeException failure) {
            String message = String.valueOf(failure.getMessage());
            if (message.contains("Insufficient memory")) {
                throw failure;
            }
            throw new ImageFormatException(
                    null, "OpenCV refuses it: " + message.lines().findFirst().orElse(""), failure);
        }
    }

    private static int flags(int reduction) {
        return IMREAD_COLOR_RGB
                | switch (reduction) {
                    case 2 -> IMREAD_REDUCED_GRAYSCALE_2;
                    case 4 -> IMREAD_REDUCED_GRAYSCALE_4;
                    case 8 -> IMREAD_REDUCED_GRAYSCALE_8;
                    default -> 0;
                };
    }

    private static void check(Mat picture, ImageHeader header, int reduction) {
        if (picture.empty()) {
            throw new ImageFormatException("it is damaged or of a kind of " + header.format()
                    + " that is not read; OpenCV finds no picture in it");
        }
        long width = (header.width() + reduction - 1) / reduction;
        long height = (header.height() + reduction - 1) / reduction;
        boolean upright = picture.cols() == width && picture.rows() == height;
        boolean turned = picture.cols() == height && picture.rows() == width;
        if (!upright && !turned) {
            throw new ImageFormatException("its header says " + header.width() + " x " + header.height()
                    + " pixels, it has " + picture.cols() + " x " + picture.rows());
        }
    }

    private static Image shrink(Mat picture, Detail detail) {
        double factor = detail.shrinkage(picture.cols(), picture.rows());
        if (factor <= 1) {
            return image(picture);
        }
        return area(picture, (int) Math.max(1, Math.round(picture.cols() / factor)), (int)
                Math.max(1, Math.round(picture.rows() / factor)));
    }

    /** Resizes by averaging the pixels that each new one covers. */
    static Image area(byte[] rgb, int width, int height, int newWidth, int newHeight) {
        try (Mat picture = new Mat(height, width, CV_8UC3)) {
            picture.data().put(rgb);
            return area(picture, newWidth, newHeight);
        }
    }

    private static Image area(Mat picture, int width, int height) {
        try (Mat small = new Mat();
                Size size = new Size(width, height)) {
            resize(picture, small, size, 0, 0, INTER_AREA);
            return image(small);
        }
    }

    /** Draws a picture anew with bilinear interpolation. Positions are rounded to 1/32 pixel. */
    static Image draw(byte[] rgb, int width, int height, Warp warp) {
        Positions positions = Positions.of(warp);
        try (Mat picture = new Mat(height, width, CV_8UC3);
                Mat xs = new Mat(warp.height(), warp.width(), CV_32FC1);
                Mat ys = new Mat(warp.height(), warp.width(), CV_32FC1);
                FloatPointer columns = new FloatPointer(xs.data());
                FloatPointer rows = new FloatPointer(ys.data());
                Mat drawn = new Mat();
                Scalar black = new Scalar(0)) {
            picture.data().put(rgb);
            columns.put(positions.xs());
            rows.put(positions.ys());
            remap(picture, drawn, xs, ys, INTER_LINEAR, border(warp.padding()), black);
            return image(drawn);
        }
    }

    private static int border(PaddingMode padding) {
        return switch (padding) {
            case REFLECTION -> BORDER_REFLECT_101;
            case REPLICATE -> BORDER_REPLICATE;
            case ZEROS -> BORDER_CONSTANT;
        };
    }

    private static Image image(Mat picture) {
        if (picture.type() != CV_8UC3 || !picture.isContinuous()) {
            throw new IllegalStateException("OpenCV returned pixels of type " + picture.type() + ", expected RGB");
        }
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(picture.cols(), picture.rows()))];
        picture.data().get(rgb);
        return new Image(picture.cols(), picture.rows(), rgb);
    }
}
