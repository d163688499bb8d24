# An exception without an interrupt table.
.code64
    ud2
