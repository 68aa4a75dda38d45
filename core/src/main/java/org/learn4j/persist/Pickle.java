package org.learn4j.persist;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.persist.ModelFormatException.Reason;

/**
 * Reads one value of a Python pickle, protocols 2 to 5, and believes nothing of it.
 *
 * <p>A pickle is a program for a machine with a stack, see <a
 * href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">pickletools</a>. This machine makes numbers, texts,
 * lists, tuples, dictionaries, and what {@link PickleGlobal} lists; instructions that would run code are refused. Each
 * instruction is charged for the memory that its result may take, so that a small file cannot fill it.
 */
final class Pickle {
    /** The price of a place on the stack; that of a value comes on top. */
    private static final int PLACE = 8;

    private static final int VALUE = 48;
    private static final int LARGEST_NUMBER = 64;

    private static final Object MARK = new Object() {
        @Override
        public String toString() {
            return "a mark";
        }
    };

    /** Gives what a pickle refers to, but does not hold: a storage. */
    interface References {
        Object find(Object id);
    }

    private final PickleInput input;
    private final References references;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private long paid;

    private Pickle(PickleInput input, References references) {
        this.input = input;
        this.references = references;
    }

    /**
     * Reads a value; the input is behind it afterwards.
     *
     * @throws ModelFormatException if it is not well formed, exceeds a limit or asks for code
     */
    static Object read(PickleInput input, References references) throws IOException {
        return new Pickle(input, references).run();
    }

    /** Reads a value that refers to nothing outside. */
    static Object read(PickleInput input) throws IOException {
        return read(input, id -> {
            throw new ModelFormatException(Reason.PICKLE, "a reference where none is expected: " + Python.describe(id));
        });
    }

    private Object run() throws IOException {
        while (true) {
            long at = input.position();
            int opcode = input.unsignedByte();
            pay(PLACE);
            try {
                if (opcode == '.') {
                    Object value = pop();
                    if (!stack.isEmpty()) {
                        throw malformed("more than one value at its end");
                    }
                    return value;
                }
                step(opcode);
            } catch (ModelFormatException e) {
                throw e.at("the pickle, byte " + at);
            }
        }
    }

    private void step(int opcode) throws IOException {
        switch (opcode) {
            case 0x80 -> protocol();
            case 0x95 -> input.signedLong(); // the length of a frame, which matters to nobody
            case '(' -> stack.add(MARK);
            case '0' -> pop();
            case '1' -> popToMark();
            case '2' -> stack.add(peek());
            case 'N' -> push(Python.None.NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) input.signedInt());
            case 'K' -> push((long) input.unsignedByte());
            case 'M' -> push((long) input.unsignedShort());
            case 0x8a -> push(integer(input.unsignedByte()));
            case 0x8b -> push(integer(input.signedInt()));
            case 'G' -> push(input.bigEndianDouble());
            case 'U', 0x8c -> text(input.unsignedByte());
            case 'T', 'X' -> text(unsigned(input.signedInt()));
            case 0x8d -> text(input.signedLong());
            case 'C' -> raw(input.unsignedByte());
            case 'B' -> raw(unsigned(input.signedInt()));
            case 0x8e -> raw(input.signedLong());
            case ')' -> push(new Python.Tuple(List.of()));
            case 't' -> push(new Python.Tuple(popToMark()));
            case 0x85 -> push(tuple(1));
            case 0x86 -> push(tuple(2));
            case 0x87 -> push(tuple(3));
            case ']' -> push(new ArrayList<>());
            case 'l' -> push(popToMark());
            case 'a' -> append(List.of(pop()));
            case 'e' -> append(popToMark());
            case '}' -> push(new Python.Dict());
            case 'd' -> dict(popToMark());
            case 's' -> {
                Object value = pop();
                put(List.of(pop(), value));
            }
            case 'u' -> put(popToMark());
            case 0x8f -> push(new Python.Set(new ArrayList<>()));
            case 0x90 -> add(popToMark());
            case 0x91 -> push(new Python.Set(popToMark()));
            case 'q' -> remember(input.unsignedByte());
            case 'r' -> remember(unsigned(input.signedInt()));
            case 0x94 -> remember(memo.size());
            case 'h' -> recall(input.unsignedByte());
            case 'j' -> recall(unsigned(input.signedInt()));
            case 'c' -> {
                String module = input.line();
                push(PickleGlobal.named(module, input.line()));
            }
            case 0x93 -> {
                String name = pop(String.class, "a name");
                push(PickleGlobal.named(pop(String.class, "a module"), name));
            }
            case 'R', 0x81 -> call();
            case 'b' -> build();
            case 'Q' -> push(references.find(pop()));
            default -> throw unknown(opcode);
        }
    }

    private static ModelFormatException unknown(int opcode) {
        return switch (opcode) {
            case 'i', 'o', 0x92, 0x82, 0x83, 0x84 ->
                new ModelFormatException(
                        Reason.CODE,
                        "an instruction that makes objects of any class, opcode " + opcode + ": this is not read");
            default -> malformed("not an instruction of protocols 2 to 5: opcode " + opcode);
        };
    }

    private void protocol() throws IOException {
        int protocol = input.unsignedByte();
        if (protocol < 2 || protocol > 5) {
            throw malformed("protocol " + protocol + ", expected 2 to 5");
        }
    }

    private Object integer(int length) throws IOException {
        if (length < 0 || length > LARGEST_NUMBER) {
            throw new ModelFormatException(
                    Reason.LIMIT,
                    "a number of " + Integer.toUnsignedString(length) + " bytes, allowed are " + LARGEST_NUMBER);
        }
        byte[] littleEndian = input.bytes(length);
        if (length == 0) {
            return 0L;
        }
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[i] = littleEndian[length - 1 - i];
        }
        var number = new BigInteger(bigEndian);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    private void text(long length) throws IOException {
        pay(2 * Math.max(0, length));
        push(input.text(length));
    }

    private void raw(long length) throws IOException {
        pay(Math.max(0, length));
        push(input.bytes(length));
    }

    private Python.Tuple tuple(int size) {
        require(size);
        List<Object> top = stack.subList(stack.size() - size, stack.size());
        List<Object> items = new ArrayList<>(top);
        if (items.contains(MARK)) {
            throw malformed("a mark within a tuple");
        }
        top.clear();
        return new Python.Tuple(items);
    }

    private void append(List<Object> items) {
        pay((long) PLACE * items.size());
        list(peek()).addAll(items);
    }

    @SuppressWarnings("unchecked") // all lists are made here, of objects
    private static List<Object> list(Object value) {
        if (value instanceof ArrayList<?> list) {
            return (List<Object>) list;
        }
        throw malformed("a list expected, received " + Python.describe(value));
    }

    private void add(List<Object> items) {
        if (!(peek() instanceof Python.Set set)) {
            throw malformed("a set expected, received " + Python.describe(peek()));
        }
        pay((long) PLACE * items.size());
        set.items().addAll(items);
    }

    private void dict(List<Object> items) {
        push(new Python.Dict());
        put(items);
    }

    private void put(List<Object> items) {
        if (!(peek() instanceof Python.Dict dict)) {
            throw malformed("a dictionary expected, received " + Python.describe(peek()));
        }
        if (items.size() % 2 != 0) {
            throw malformed("a key without a value");
        }
        pay((long) VALUE * items.size());
        for (int i = 0; i < items.size(); i += 2) {
            dict.entries().put(key(items.get(i)), items.get(i + 1));
        }
    }

    /**
     * Returns a key of a dictionary, one value: what contains others could contain itself.
     *
     * @throws ModelFormatException if it is not
     */
    static Object key(Object value) {
        if (value instanceof String
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Double
                || value instanceof Python.None) {
            return value;
        }
        throw malformed("a text or a number expected as key, received " + Python.describe(value));
    }

    private void remember(long place) {
        pay(VALUE);
        memo.put(place, peek());
    }

    private void recall(long place) {
        Object value = memo.get(place);
        if (value == null) {
            throw malformed("nothing was remembered as " + place);
        }
        stack.add(value);
    }

    private void call() {
        Python.Tuple arguments = pop(Python.Tuple.class, "a tuple of arguments");
        Object function = pop();
        if (!(function instanceof PickleGlobal.Function allowed)) {
            throw malformed("a function expected, received " + Python.describe(function));
        }
        pay((long) VALUE * size(arguments));
        push(allowed.call(arguments.items(), references));
    }

    /** Dictionaries are made of their arguments, tensors of theirs. */
    private static int size(Python.Tuple arguments) {
        int size = arguments.items().size();
        for (Object argument : arguments.items()) {
            if (argument instanceof List<?> list) {
                size += 2 * list.size();
            } else if (argument instanceof Python.Tuple tuple) {
                size += tuple.items().size();
            }
        }
        return size;
    }

    /** A dictionary may have attributes, such as the versions of the modules it comes from; they are passed over. */
    private void build() {
        Object state = pop();
        if (!(peek() instanceof Python.Dict) || !(state instanceof Python.Dict)) {
            throw malformed("attributes of " + Python.describe(peek()) + ", only dictionaries may have some");
        }
    }

    private void push(Object value) {
        pay(VALUE);
        stack.add(value);
    }

    private Object pop() {
        require(1);
        Object top = stack.remove(stack.size() - 1);
        if (top == MARK) {
            throw malformed("a value expected, received a mark");
        }
        return top;
    }

    private <T> T pop(Class<T> type, String expected) {
        Object value = pop();
        if (!type.isInstance(value)) {
            throw malformed(expected + " expected, received " + Python.describe(value));
        }
        return type.cast(value);
    }

    private Object peek() {
        require(1);
        Object top = stack.get(stack.size() - 1);
        if (top == MARK) {
            throw malformed("a value expected, received a mark");
        }
        return top;
    }

    private List<Object> popToMark() {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw malformed("no mark");
        }
        List<Object> top = stack.subList(mark + 1, stack.size());
        List<Object> items = new ArrayList<>(top);
        stack.subList(mark, stack.size()).clear();
        pay((long) PLACE * items.size());
        return items;
    }

    private void require(int values) {
        if (stack.size() < values) {
            throw malformed("the stack is empty");
        }
    }

    private void pay(long price) {
        paid += price;
        if (paid > Limits.DOCUMENT) {
            throw new ModelFormatException(
                    Reason.LIMIT, "the values take more than " + Limits.DOCUMENT + " bytes of memory");
        }
    }

    private static long unsigned(int number) {
        return number & 0xffffffffL;
    }

    private static ModelFormatException malformed(String detail) {
        return new ModelFormatException(Reason.PICKLE, detail);
    }
}
