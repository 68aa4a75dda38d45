package org.learn4j.vision.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.Image;

/** Pictures on the heap. */
record MemorySource(List<Image> images) implements ImageSource {
    @Override
    public int size() {
        return images.size();
    }

    @Override
    public String name(int item) {
        return "picture " + item;
    }

    @Override
    public @Nullable Path path(int item) {
        return null;
    }

    @Override
    public Image load(int item, Detail detail) {
        return images.get(item);
    }
}
