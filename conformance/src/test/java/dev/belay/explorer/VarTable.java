package dev.belay.explorer;

import org.jspecify.annotations.Nullable;

/// The variables of one execution, by object and field.
final class VarTable {
  private @Nullable Var[] table = new Var[1024];
  private int size;

  Var of(Object target, Field field) {
    int mask = table.length - 1;
    int i = (System.identityHashCode(target) * 31 + field.number() * 0x9E3779B1) & mask;
    for (Var var = table[i]; var != null; var = table[i]) {
      if (var.target == target && var.field == field) {
        return var;
      }
      i = (i + 1) & mask;
    }
    Var fresh = new Var(target, field);
    table[i] = fresh;
    if (++size * 2 > table.length) {
      grow();
    }
    return fresh;
  }

  private void grow() {
    @Nullable Var[] old = table;
    table = new Var[old.length << 1];
    int mask = table.length - 1;
    for (Var var : old) {
      if (var != null) {
        int i = (System.identityHashCode(var.target) * 31 + var.field.number() * 0x9E3779B1) & mask;
        while (table[i] != null) {
          i = (i + 1) & mask;
        }
        table[i] = var;
      }
    }
  }
}
