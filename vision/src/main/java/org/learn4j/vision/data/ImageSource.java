package org.learn4j.vision.data;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.Image;

/** Numbered pictures, wherever they are. Read from several threads at once. */
interface ImageSource {
    int size();

    /** Returns what stands for a picture in messages. */
    String name(int item);

    /** Returns a picture's file; null if it has none. */
    @Nullable
    Path path(int item);

    /** Returns a picture, no larger than needed. */
    Image load(int item, Detail detail);
}
