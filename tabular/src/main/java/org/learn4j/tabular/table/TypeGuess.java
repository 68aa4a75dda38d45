package org.learn4j.tabular.table;

/**
 * Finds the narrowest type that fits every cell of a column. Digits that do not fit into a long are text and no number: they
 * would be rounded, and are codes more often than quantities.
 */
final class TypeGuess implements CellSink {
    private static final int WHOLE = 1;
    private static final int NUMBER = 2;
    private static final int FLAG = 4;
    private static final int DATE = 8;
    private static final int DATE_TIME = 16;

    private int possible = WHOLE | NUMBER | FLAG | DATE | DATE_TIME;
    private boolean seen;

    @Override
    public boolean accept(Cell cell) {
        seen = true;
        if (possible != 0) {
            possible &= typesOf(cell);
        }
        return true;
    }

    private int typesOf(Cell cell) {
        if ((possible & WHOLE) != 0 && cell.isWhole()) {
            return WHOLE | NUMBER;
        }
        if ((possible & NUMBER) != 0 && cell.isNumber() && (!cell.isDigits() || cell.isWhole())) {
            return NUMBER;
        }
        if ((possible & (DATE | DATE_TIME)) != 0) {
            if (cell.isDate()) {
                return DATE | DATE_TIME;
            }
            if (cell.isDateTime()) {
                return DATE_TIME;
            }
        }
        return (possible & FLAG) != 0 && cell.isFlag() ? FLAG : 0;
    }

    @Override
    public void acceptMissing() {}

    @Override
    public String expected() {
        return "anything";
    }

    /** Returns the type; of a column without any value, text. */
    CellType type() {
        if (!seen || possible == 0) {
            return CellType.TEXT;
        }
        if ((possible & WHOLE) != 0) {
            return CellType.WHOLE;
        }
        if ((possible & NUMBER) != 0) {
            return CellType.NUMBER;
        }
        if ((possible & FLAG) != 0) {
            return CellType.FLAG;
        }
        return (possible & DATE) != 0 ? CellType.DATE : CellType.DATE_TIME;
    }
}
