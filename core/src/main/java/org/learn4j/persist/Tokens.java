package org.learn4j.persist;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** The tokens of strict JSON, one after the other; whatever is wrong with them is a {@link ModelFormatException}. */
final class Tokens implements Closeable {
    /**
     * Names are not canonicalised: the table of names would be shared by all documents ever read, and filled by hostile
     * ones. The length of a text is checked by {@link #text(int)} besides.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Limits.DEPTH)
                    .maxStringLength(Limits.MANIFEST)
                    .maxNameLength(Limits.TEXT)
                    .maxNumberLength(1000)
                    .build())
            .build();

    private final JsonParser parser;

    Tokens(Reader text) {
        this.parser = take(() -> FACTORY.createParser(text));
    }

    /** Returns the next token, or {@code null} after the last. */
    @Nullable
    JsonToken next() {
        return take(parser::nextToken);
    }

    /** Moves to the next token, which must be of this kind. */
    void expect(JsonToken expected, String what) {
        JsonToken token = next();
        if (token != expected) {
            throw unexpected(what);
        }
    }

    /** Returns the name of the field that the current token is. */
    String name() {
        return unicode(take(parser::currentName));
    }

    /** Returns the text that the current token is, of this many characters at most. */
    String text(int limit) {
        String text = take(parser::getText);
        if (text.length() > limit) {
            throw new ModelFormatException(
                    ModelFormatException.Reason.LIMIT,
                    "a text of " + text.length() + " characters, allowed are " + limit);
        }
        return unicode(text);
    }

    /** Returns the whole number that the current token is, which must be within 64 bits. */
    long whole() {
        return take(parser::getLongValue);
    }

    /** Returns the finite number that the current token is. */
    double real() {
        double value = take(parser::getDoubleValue);
        if (!Double.isFinite(value)) {
            throw unexpected("a number within the range of a double");
        }
        return value;
    }

    /** Checks that nothing follows. */
    void end() {
        if (next() != null) {
            throw unexpected("the end of the document");
        }
    }

    /** Returns the exception for a token that does not belong where it is. */
    ModelFormatException unexpected(String expected) {
        return new ModelFormatException(
                ModelFormatException.Reason.JSON,
                "expected " + expected + " at character "
                        + parser.currentTokenLocation().getCharOffset());
    }

    @Override
    public void close() {
        take(() -> {
            parser.close();
            return true;
        });
    }

    private static String unicode(String text) {
        if (!Limits.isUnicode(text)) {
            throw new ModelFormatException(
                    ModelFormatException.Reason.JSON, "half of a surrogate pair in " + Limits.quote(text));
        }
        return text;
    }

    private interface Taking<T extends @Nullable Object> {
        T take() throws IOException;
    }

    /** The parser is somebody else's code: whatever it throws means that it could not read the document. */
    private static <T extends @Nullable Object> T take(Taking<T> taking) {
        try {
            return taking.take();
        } catch (ModelFormatException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(null, ModelFormatException.Reason.JSON, "the text is not valid UTF-8", e);
        } catch (StreamConstraintsException e) {
            throw new ModelFormatException(null, ModelFormatException.Reason.LIMIT, e.getOriginalMessage(), e);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at character " + e.getLocation().getCharOffset();
            throw new ModelFormatException(null, ModelFormatException.Reason.JSON, e.getOriginalMessage() + where, e);
        } catch (IOException | RuntimeException e) {
            throw new ModelFormatException(null, ModelFormatException.Reason.JSON, "unreadable JSON", e);
        }
    }
}
