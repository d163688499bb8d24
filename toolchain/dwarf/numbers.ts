/** Numbers of DWARF 4, section 7, "Data Representation". */

export const DWARF_VERSION = 4;
export const ADDRESS_SIZE = 8;

export const DW_TAG_compile_unit = 0x11;
export const DW_TAG_subprogram = 0x2e;
export const DW_CHILDREN_no = 0;
export const DW_CHILDREN_yes = 1;

export const DW_AT_name = 0x03;
export const DW_AT_stmt_list = 0x10;
export const DW_AT_low_pc = 0x11;
export const DW_AT_high_pc = 0x12;
export const DW_AT_language = 0x13;
export const DW_AT_comp_dir = 0x1b;
export const DW_AT_producer = 0x25;
export const DW_AT_decl_file = 0x3a;
export const DW_AT_decl_line = 0x3b;
export const DW_AT_external = 0x3f;
export const DW_AT_frame_base = 0x40;
export const DW_AT_linkage_name = 0x6e;

export const DW_FORM_addr = 0x01;
export const DW_FORM_data2 = 0x05;
export const DW_FORM_data8 = 0x07;
export const DW_FORM_string = 0x08;
export const DW_FORM_flag = 0x0c;
export const DW_FORM_udata = 0x0f;
export const DW_FORM_sec_offset = 0x17;
export const DW_FORM_exprloc = 0x18;

/** A language that debuggers know; there is no number for TypeScript. */
export const DW_LANG_C99 = 0x0c;
export const DW_OP_call_frame_cfa = 0x9c;

export const DW_LNS_copy = 1;
export const DW_LNS_advance_pc = 2;
export const DW_LNS_advance_line = 3;
export const DW_LNS_set_file = 4;
export const DW_LNS_set_column = 5;
export const DW_LNS_const_add_pc = 8;
export const DW_LNS_fixed_advance_pc = 9;
export const DW_LNE_end_sequence = 1;
export const DW_LNE_set_address = 2;

export const DW_CFA_advance_loc = 0x40;
export const DW_CFA_offset = 0x80;
export const DW_CFA_advance_loc1 = 0x02;
export const DW_CFA_advance_loc2 = 0x03;
export const DW_CFA_advance_loc4 = 0x04;
export const DW_CFA_same_value = 0x08;
export const DW_CFA_def_cfa = 0x0c;
export const DW_CFA_def_cfa_offset = 0x0e;
export const DW_CFA_nop = 0x00;
