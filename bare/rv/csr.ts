// Generated from isa/ by `npm run generate`; not to be edited.
// Access to control and status registers: each function is one instruction. r: read, w: write, s: set bits, c: clear bits; rw, rs, rc return the old value.

/** Floating-point accrued exceptions. */
export declare function csrr_fflags(): u64;
export declare function csrw_fflags(value: u64): void;
export declare function csrs_fflags(value: u64): void;
export declare function csrc_fflags(value: u64): void;
export declare function csrrw_fflags(value: u64): u64;
export declare function csrrs_fflags(value: u64): u64;
export declare function csrrc_fflags(value: u64): u64;
export const FFLAGS_NX: u64 = 0x1;
export const FFLAGS_UF: u64 = 0x2;
export const FFLAGS_OF: u64 = 0x4;
export const FFLAGS_DZ: u64 = 0x8;
export const FFLAGS_NV: u64 = 0x10;

/** Floating-point rounding mode. */
export declare function csrr_frm(): u64;
export declare function csrw_frm(value: u64): void;
export declare function csrs_frm(value: u64): void;
export declare function csrc_frm(value: u64): void;
export declare function csrrw_frm(value: u64): u64;
export declare function csrrs_frm(value: u64): u64;
export declare function csrrc_frm(value: u64): u64;

/** Floating-point control and status. */
export declare function csrr_fcsr(): u64;
export declare function csrw_fcsr(value: u64): void;
export declare function csrs_fcsr(value: u64): void;
export declare function csrc_fcsr(value: u64): void;
export declare function csrrw_fcsr(value: u64): u64;
export declare function csrrs_fcsr(value: u64): u64;
export declare function csrrc_fcsr(value: u64): u64;
export const FCSR_FLAGS: u64 = 0x1f;
export const FCSR_FLAGS_SHIFT: u64 = 0;
export const FCSR_FRM: u64 = 0xe0;
export const FCSR_FRM_SHIFT: u64 = 5;

/** Supervisor status. */
export declare function csrr_sstatus(): u64;
export declare function csrw_sstatus(value: u64): void;
export declare function csrs_sstatus(value: u64): void;
export declare function csrc_sstatus(value: u64): void;
export declare function csrrw_sstatus(value: u64): u64;
export declare function csrrs_sstatus(value: u64): u64;
export declare function csrrc_sstatus(value: u64): u64;
export const SSTATUS_SIE: u64 = 0x2;
export const SSTATUS_SPIE: u64 = 0x20;
export const SSTATUS_UBE: u64 = 0x40;
export const SSTATUS_SPP: u64 = 0x100;
export const SSTATUS_VS: u64 = 0x600;
export const SSTATUS_VS_SHIFT: u64 = 9;
export const SSTATUS_FS: u64 = 0x6000;
export const SSTATUS_FS_SHIFT: u64 = 13;
export const SSTATUS_XS: u64 = 0x18000;
export const SSTATUS_XS_SHIFT: u64 = 15;
export const SSTATUS_SUM: u64 = 0x40000;
export const SSTATUS_MXR: u64 = 0x80000;
export const SSTATUS_SPELP: u64 = 0x800000;
export const SSTATUS_SDT: u64 = 0x1000000;
export const SSTATUS_UXL: u64 = 0x300000000;
export const SSTATUS_UXL_SHIFT: u64 = 32;
export const SSTATUS_SD: u64 = 0x8000000000000000;

/** Supervisor interrupt enable. */
export declare function csrr_sie(): u64;
export declare function csrw_sie(value: u64): void;
export declare function csrs_sie(value: u64): void;
export declare function csrc_sie(value: u64): void;
export declare function csrrw_sie(value: u64): u64;
export declare function csrrs_sie(value: u64): u64;
export declare function csrrc_sie(value: u64): u64;
export const SIE_SSIE: u64 = 0x2;
export const SIE_STIE: u64 = 0x20;
export const SIE_SEIE: u64 = 0x200;
export const SIE_LCOFIE: u64 = 0x2000;

/** Supervisor trap-handler base address. */
export declare function csrr_stvec(): u64;
export declare function csrw_stvec(value: u64): void;
export declare function csrs_stvec(value: u64): void;
export declare function csrc_stvec(value: u64): void;
export declare function csrrw_stvec(value: u64): u64;
export declare function csrrs_stvec(value: u64): u64;
export declare function csrrc_stvec(value: u64): u64;
export const STVEC_BASE: u64 = 0xfffffffffffffffc;
export const STVEC_BASE_SHIFT: u64 = 2;
export const STVEC_MODE: u64 = 0x3;
export const STVEC_MODE_SHIFT: u64 = 0;

/** Supervisor counter enable. */
export declare function csrr_scounteren(): u64;
export declare function csrw_scounteren(value: u64): void;
export declare function csrs_scounteren(value: u64): void;
export declare function csrc_scounteren(value: u64): void;
export declare function csrrw_scounteren(value: u64): u64;
export declare function csrrs_scounteren(value: u64): u64;
export declare function csrrc_scounteren(value: u64): u64;
export const SCOUNTEREN_CY: u64 = 0x1;
export const SCOUNTEREN_TM: u64 = 0x2;
export const SCOUNTEREN_IR: u64 = 0x4;

/** Supervisor environment configuration. */
export declare function csrr_senvcfg(): u64;
export declare function csrw_senvcfg(value: u64): void;
export declare function csrs_senvcfg(value: u64): void;
export declare function csrc_senvcfg(value: u64): void;
export declare function csrrw_senvcfg(value: u64): u64;
export declare function csrrs_senvcfg(value: u64): u64;
export declare function csrrc_senvcfg(value: u64): u64;
export const SENVCFG_FIOM: u64 = 0x1;
export const SENVCFG_LPE: u64 = 0x4;
export const SENVCFG_SSE: u64 = 0x8;
export const SENVCFG_CBIE: u64 = 0x30;
export const SENVCFG_CBIE_SHIFT: u64 = 4;
export const SENVCFG_CBCFE: u64 = 0x40;
export const SENVCFG_CBZE: u64 = 0x80;
export const SENVCFG_PMM: u64 = 0x300000000;
export const SENVCFG_PMM_SHIFT: u64 = 32;

/** Supervisor state enable 0. */
export declare function csrr_sstateen0(): u64;
export declare function csrw_sstateen0(value: u64): void;
export declare function csrs_sstateen0(value: u64): void;
export declare function csrc_sstateen0(value: u64): void;
export declare function csrrw_sstateen0(value: u64): u64;
export declare function csrrs_sstateen0(value: u64): u64;
export declare function csrrc_sstateen0(value: u64): u64;
export const SSTATEEN0_C: u64 = 0x1;
export const SSTATEEN0_FCSR: u64 = 0x2;
export const SSTATEEN0_JVT: u64 = 0x4;

/** Supervisor state enable 1. */
export declare function csrr_sstateen1(): u64;
export declare function csrw_sstateen1(value: u64): void;
export declare function csrs_sstateen1(value: u64): void;
export declare function csrc_sstateen1(value: u64): void;
export declare function csrrw_sstateen1(value: u64): u64;
export declare function csrrs_sstateen1(value: u64): u64;
export declare function csrrc_sstateen1(value: u64): u64;

/** Supervisor state enable 2. */
export declare function csrr_sstateen2(): u64;
export declare function csrw_sstateen2(value: u64): void;
export declare function csrs_sstateen2(value: u64): void;
export declare function csrc_sstateen2(value: u64): void;
export declare function csrrw_sstateen2(value: u64): u64;
export declare function csrrs_sstateen2(value: u64): u64;
export declare function csrrc_sstateen2(value: u64): u64;

/** Supervisor state enable 3. */
export declare function csrr_sstateen3(): u64;
export declare function csrw_sstateen3(value: u64): void;
export declare function csrs_sstateen3(value: u64): void;
export declare function csrc_sstateen3(value: u64): void;
export declare function csrrw_sstateen3(value: u64): u64;
export declare function csrrs_sstateen3(value: u64): u64;
export declare function csrrc_sstateen3(value: u64): u64;

/** Supervisor counter inhibit. */
export declare function csrr_scountinhibit(): u64;
export declare function csrw_scountinhibit(value: u64): void;
export declare function csrs_scountinhibit(value: u64): void;
export declare function csrc_scountinhibit(value: u64): void;
export declare function csrrw_scountinhibit(value: u64): u64;
export declare function csrrs_scountinhibit(value: u64): u64;
export declare function csrrc_scountinhibit(value: u64): u64;
export const SCOUNTINHIBIT_CY: u64 = 0x1;
export const SCOUNTINHIBIT_TM: u64 = 0x2;
export const SCOUNTINHIBIT_IR: u64 = 0x4;

/** Supervisor scratch. */
export declare function csrr_sscratch(): u64;
export declare function csrw_sscratch(value: u64): void;
export declare function csrs_sscratch(value: u64): void;
export declare function csrc_sscratch(value: u64): void;
export declare function csrrw_sscratch(value: u64): u64;
export declare function csrrs_sscratch(value: u64): u64;
export declare function csrrc_sscratch(value: u64): u64;

/** Supervisor exception program counter. */
export declare function csrr_sepc(): u64;
export declare function csrw_sepc(value: u64): void;
export declare function csrs_sepc(value: u64): void;
export declare function csrc_sepc(value: u64): void;
export declare function csrrw_sepc(value: u64): u64;
export declare function csrrs_sepc(value: u64): u64;
export declare function csrrc_sepc(value: u64): u64;

/** Supervisor trap cause. */
export declare function csrr_scause(): u64;
export declare function csrw_scause(value: u64): void;
export declare function csrs_scause(value: u64): void;
export declare function csrc_scause(value: u64): void;
export declare function csrrw_scause(value: u64): u64;
export declare function csrrs_scause(value: u64): u64;
export declare function csrrc_scause(value: u64): u64;
export const SCAUSE_INTERRUPT: u64 = 0x8000000000000000;
export const SCAUSE_CODE: u64 = 0x7fffffffffffffff;
export const SCAUSE_CODE_SHIFT: u64 = 0;

/** Supervisor trap value. */
export declare function csrr_stval(): u64;
export declare function csrw_stval(value: u64): void;
export declare function csrs_stval(value: u64): void;
export declare function csrc_stval(value: u64): void;
export declare function csrrw_stval(value: u64): u64;
export declare function csrrs_stval(value: u64): u64;
export declare function csrrc_stval(value: u64): u64;

/** Supervisor interrupt pending. */
export declare function csrr_sip(): u64;
export declare function csrw_sip(value: u64): void;
export declare function csrs_sip(value: u64): void;
export declare function csrc_sip(value: u64): void;
export declare function csrrw_sip(value: u64): u64;
export declare function csrrs_sip(value: u64): u64;
export declare function csrrc_sip(value: u64): u64;
export const SIP_SSIP: u64 = 0x2;
export const SIP_STIP: u64 = 0x20;
export const SIP_SEIP: u64 = 0x200;
export const SIP_LCOFIP: u64 = 0x2000;

/** Supervisor timer compare. */
export declare function csrr_stimecmp(): u64;
export declare function csrw_stimecmp(value: u64): void;
export declare function csrs_stimecmp(value: u64): void;
export declare function csrc_stimecmp(value: u64): void;
export declare function csrrw_stimecmp(value: u64): u64;
export declare function csrrs_stimecmp(value: u64): u64;
export declare function csrrc_stimecmp(value: u64): u64;

/** Supervisor address translation and protection. */
export declare function csrr_satp(): u64;
export declare function csrw_satp(value: u64): void;
export declare function csrs_satp(value: u64): void;
export declare function csrc_satp(value: u64): void;
export declare function csrrw_satp(value: u64): u64;
export declare function csrrs_satp(value: u64): u64;
export declare function csrrc_satp(value: u64): u64;
export const SATP_MODE: u64 = 0xf000000000000000;
export const SATP_MODE_SHIFT: u64 = 60;
export const SATP_ASID: u64 = 0xffff00000000000;
export const SATP_ASID_SHIFT: u64 = 44;
export const SATP_PPN: u64 = 0xfffffffffff;
export const SATP_PPN_SHIFT: u64 = 0;

/** Virtual supervisor status. */
export declare function csrr_vsstatus(): u64;
export declare function csrw_vsstatus(value: u64): void;
export declare function csrs_vsstatus(value: u64): void;
export declare function csrc_vsstatus(value: u64): void;
export declare function csrrw_vsstatus(value: u64): u64;
export declare function csrrs_vsstatus(value: u64): u64;
export declare function csrrc_vsstatus(value: u64): u64;
export const VSSTATUS_SIE: u64 = 0x2;
export const VSSTATUS_SPIE: u64 = 0x20;
export const VSSTATUS_UBE: u64 = 0x40;
export const VSSTATUS_SPP: u64 = 0x100;
export const VSSTATUS_VS: u64 = 0x600;
export const VSSTATUS_VS_SHIFT: u64 = 9;
export const VSSTATUS_FS: u64 = 0x6000;
export const VSSTATUS_FS_SHIFT: u64 = 13;
export const VSSTATUS_XS: u64 = 0x18000;
export const VSSTATUS_XS_SHIFT: u64 = 15;
export const VSSTATUS_SUM: u64 = 0x40000;
export const VSSTATUS_MXR: u64 = 0x80000;
export const VSSTATUS_SPELP: u64 = 0x800000;
export const VSSTATUS_SDT: u64 = 0x1000000;
export const VSSTATUS_UXL: u64 = 0x300000000;
export const VSSTATUS_UXL_SHIFT: u64 = 32;
export const VSSTATUS_SD: u64 = 0x8000000000000000;

/** Virtual supervisor interrupt enable. */
export declare function csrr_vsie(): u64;
export declare function csrw_vsie(value: u64): void;
export declare function csrs_vsie(value: u64): void;
export declare function csrc_vsie(value: u64): void;
export declare function csrrw_vsie(value: u64): u64;
export declare function csrrs_vsie(value: u64): u64;
export declare function csrrc_vsie(value: u64): u64;
export const VSIE_SSIE: u64 = 0x2;
export const VSIE_STIE: u64 = 0x20;
export const VSIE_SEIE: u64 = 0x200;
export const VSIE_LCOFIE: u64 = 0x2000;

/** Virtual supervisor trap-handler base address. */
export declare function csrr_vstvec(): u64;
export declare function csrw_vstvec(value: u64): void;
export declare function csrs_vstvec(value: u64): void;
export declare function csrc_vstvec(value: u64): void;
export declare function csrrw_vstvec(value: u64): u64;
export declare function csrrs_vstvec(value: u64): u64;
export declare function csrrc_vstvec(value: u64): u64;
export const VSTVEC_BASE: u64 = 0xfffffffffffffffc;
export const VSTVEC_BASE_SHIFT: u64 = 2;
export const VSTVEC_MODE: u64 = 0x3;
export const VSTVEC_MODE_SHIFT: u64 = 0;

/** Virtual supervisor scratch. */
export declare function csrr_vsscratch(): u64;
export declare function csrw_vsscratch(value: u64): void;
export declare function csrs_vsscratch(value: u64): void;
export declare function csrc_vsscratch(value: u64): void;
export declare function csrrw_vsscratch(value: u64): u64;
export declare function csrrs_vsscratch(value: u64): u64;
export declare function csrrc_vsscratch(value: u64): u64;

/** Virtual supervisor exception program counter. */
export declare function csrr_vsepc(): u64;
export declare function csrw_vsepc(value: u64): void;
export declare function csrs_vsepc(value: u64): void;
export declare function csrc_vsepc(value: u64): void;
export declare function csrrw_vsepc(value: u64): u64;
export declare function csrrs_vsepc(value: u64): u64;
export declare function csrrc_vsepc(value: u64): u64;

/** Virtual supervisor trap cause. */
export declare function csrr_vscause(): u64;
export declare function csrw_vscause(value: u64): void;
export declare function csrs_vscause(value: u64): void;
export declare function csrc_vscause(value: u64): void;
export declare function csrrw_vscause(value: u64): u64;
export declare function csrrs_vscause(value: u64): u64;
export declare function csrrc_vscause(value: u64): u64;
export const VSCAUSE_INTERRUPT: u64 = 0x8000000000000000;
export const VSCAUSE_CODE: u64 = 0x7fffffffffffffff;
export const VSCAUSE_CODE_SHIFT: u64 = 0;

/** Virtual supervisor trap value. */
export declare function csrr_vstval(): u64;
export declare function csrw_vstval(value: u64): void;
export declare function csrs_vstval(value: u64): void;
export declare function csrc_vstval(value: u64): void;
export declare function csrrw_vstval(value: u64): u64;
export declare function csrrs_vstval(value: u64): u64;
export declare function csrrc_vstval(value: u64): u64;

/** Virtual supervisor interrupt pending. */
export declare function csrr_vsip(): u64;
export declare function csrw_vsip(value: u64): void;
export declare function csrs_vsip(value: u64): void;
export declare function csrc_vsip(value: u64): void;
export declare function csrrw_vsip(value: u64): u64;
export declare function csrrs_vsip(value: u64): u64;
export declare function csrrc_vsip(value: u64): u64;
export const VSIP_SSIP: u64 = 0x2;
export const VSIP_STIP: u64 = 0x20;
export const VSIP_SEIP: u64 = 0x200;
export const VSIP_LCOFIP: u64 = 0x2000;

/** Virtual supervisor timer compare. */
export declare function csrr_vstimecmp(): u64;
export declare function csrw_vstimecmp(value: u64): void;
export declare function csrs_vstimecmp(value: u64): void;
export declare function csrc_vstimecmp(value: u64): void;
export declare function csrrw_vstimecmp(value: u64): u64;
export declare function csrrs_vstimecmp(value: u64): u64;
export declare function csrrc_vstimecmp(value: u64): u64;

/** Virtual supervisor address translation and protection. */
export declare function csrr_vsatp(): u64;
export declare function csrw_vsatp(value: u64): void;
export declare function csrs_vsatp(value: u64): void;
export declare function csrc_vsatp(value: u64): void;
export declare function csrrw_vsatp(value: u64): u64;
export declare function csrrs_vsatp(value: u64): u64;
export declare function csrrc_vsatp(value: u64): u64;
export const VSATP_MODE: u64 = 0xf000000000000000;
export const VSATP_MODE_SHIFT: u64 = 60;
export const VSATP_ASID: u64 = 0xffff00000000000;
export const VSATP_ASID_SHIFT: u64 = 44;
export const VSATP_PPN: u64 = 0xfffffffffff;
export const VSATP_PPN_SHIFT: u64 = 0;

/** Machine status. */
export declare function csrr_mstatus(): u64;
export declare function csrw_mstatus(value: u64): void;
export declare function csrs_mstatus(value: u64): void;
export declare function csrc_mstatus(value: u64): void;
export declare function csrrw_mstatus(value: u64): u64;
export declare function csrrs_mstatus(value: u64): u64;
export declare function csrrc_mstatus(value: u64): u64;
export const MSTATUS_SIE: u64 = 0x2;
export const MSTATUS_MIE: u64 = 0x8;
export const MSTATUS_SPIE: u64 = 0x20;
export const MSTATUS_UBE: u64 = 0x40;
export const MSTATUS_MPIE: u64 = 0x80;
export const MSTATUS_SPP: u64 = 0x100;
export const MSTATUS_VS: u64 = 0x600;
export const MSTATUS_VS_SHIFT: u64 = 9;
export const MSTATUS_MPP: u64 = 0x1800;
export const MSTATUS_MPP_SHIFT: u64 = 11;
export const MSTATUS_FS: u64 = 0x6000;
export const MSTATUS_FS_SHIFT: u64 = 13;
export const MSTATUS_XS: u64 = 0x18000;
export const MSTATUS_XS_SHIFT: u64 = 15;
export const MSTATUS_MPRV: u64 = 0x20000;
export const MSTATUS_SUM: u64 = 0x40000;
export const MSTATUS_MXR: u64 = 0x80000;
export const MSTATUS_TVM: u64 = 0x100000;
export const MSTATUS_TW: u64 = 0x200000;
export const MSTATUS_TSR: u64 = 0x400000;
export const MSTATUS_SPELP: u64 = 0x800000;
export const MSTATUS_SDT: u64 = 0x1000000;
export const MSTATUS_UXL: u64 = 0x300000000;
export const MSTATUS_UXL_SHIFT: u64 = 32;
export const MSTATUS_SXL: u64 = 0xc00000000;
export const MSTATUS_SXL_SHIFT: u64 = 34;
export const MSTATUS_SBE: u64 = 0x1000000000;
export const MSTATUS_MBE: u64 = 0x2000000000;
export const MSTATUS_GVA: u64 = 0x4000000000;
export const MSTATUS_MPV: u64 = 0x8000000000;
export const MSTATUS_MPELP: u64 = 0x20000000000;
export const MSTATUS_MDT: u64 = 0x40000000000;
export const MSTATUS_SD: u64 = 0x8000000000000000;

/** ISA and extensions. */
export declare function csrr_misa(): u64;
export declare function csrw_misa(value: u64): void;
export declare function csrs_misa(value: u64): void;
export declare function csrc_misa(value: u64): void;
export declare function csrrw_misa(value: u64): u64;
export declare function csrrs_misa(value: u64): u64;
export declare function csrrc_misa(value: u64): u64;
export const MISA_A: u64 = 0x1;
export const MISA_B: u64 = 0x2;
export const MISA_C: u64 = 0x4;
export const MISA_D: u64 = 0x8;
export const MISA_E: u64 = 0x10;
export const MISA_F: u64 = 0x20;
export const MISA_H: u64 = 0x80;
export const MISA_I: u64 = 0x100;
export const MISA_M: u64 = 0x1000;
export const MISA_S: u64 = 0x40000;
export const MISA_U: u64 = 0x100000;
export const MISA_V: u64 = 0x200000;
export const MISA_MXL: u64 = 0xc000000000000000;
export const MISA_MXL_SHIFT: u64 = 62;

/** Machine exception delegation. */
export declare function csrr_medeleg(): u64;
export declare function csrw_medeleg(value: u64): void;
export declare function csrs_medeleg(value: u64): void;
export declare function csrc_medeleg(value: u64): void;
export declare function csrrw_medeleg(value: u64): u64;
export declare function csrrs_medeleg(value: u64): u64;
export declare function csrrc_medeleg(value: u64): u64;

/** Machine interrupt delegation. */
export declare function csrr_mideleg(): u64;
export declare function csrw_mideleg(value: u64): void;
export declare function csrs_mideleg(value: u64): void;
export declare function csrc_mideleg(value: u64): void;
export declare function csrrw_mideleg(value: u64): u64;
export declare function csrrs_mideleg(value: u64): u64;
export declare function csrrc_mideleg(value: u64): u64;

/** Machine interrupt enable. */
export declare function csrr_mie(): u64;
export declare function csrw_mie(value: u64): void;
export declare function csrs_mie(value: u64): void;
export declare function csrc_mie(value: u64): void;
export declare function csrrw_mie(value: u64): u64;
export declare function csrrs_mie(value: u64): u64;
export declare function csrrc_mie(value: u64): u64;
export const MIE_SSIE: u64 = 0x2;
export const MIE_STIE: u64 = 0x20;
export const MIE_SEIE: u64 = 0x200;
export const MIE_LCOFIE: u64 = 0x2000;
export const MIE_VSSIE: u64 = 0x4;
export const MIE_VSTIE: u64 = 0x40;
export const MIE_VSEIE: u64 = 0x400;
export const MIE_MSIE: u64 = 0x8;
export const MIE_MTIE: u64 = 0x80;
export const MIE_MEIE: u64 = 0x800;
export const MIE_SGEIE: u64 = 0x1000;

/** Machine trap-handler base address. */
export declare function csrr_mtvec(): u64;
export declare function csrw_mtvec(value: u64): void;
export declare function csrs_mtvec(value: u64): void;
export declare function csrc_mtvec(value: u64): void;
export declare function csrrw_mtvec(value: u64): u64;
export declare function csrrs_mtvec(value: u64): u64;
export declare function csrrc_mtvec(value: u64): u64;
export const MTVEC_BASE: u64 = 0xfffffffffffffffc;
export const MTVEC_BASE_SHIFT: u64 = 2;
export const MTVEC_MODE: u64 = 0x3;
export const MTVEC_MODE_SHIFT: u64 = 0;

/** Machine counter enable. */
export declare function csrr_mcounteren(): u64;
export declare function csrw_mcounteren(value: u64): void;
export declare function csrs_mcounteren(value: u64): void;
export declare function csrc_mcounteren(value: u64): void;
export declare function csrrw_mcounteren(value: u64): u64;
export declare function csrrs_mcounteren(value: u64): u64;
export declare function csrrc_mcounteren(value: u64): u64;
export const MCOUNTEREN_CY: u64 = 0x1;
export const MCOUNTEREN_TM: u64 = 0x2;
export const MCOUNTEREN_IR: u64 = 0x4;

/** Machine environment configuration. */
export declare function csrr_menvcfg(): u64;
export declare function csrw_menvcfg(value: u64): void;
export declare function csrs_menvcfg(value: u64): void;
export declare function csrc_menvcfg(value: u64): void;
export declare function csrrw_menvcfg(value: u64): u64;
export declare function csrrs_menvcfg(value: u64): u64;
export declare function csrrc_menvcfg(value: u64): u64;
export const MENVCFG_FIOM: u64 = 0x1;
export const MENVCFG_LPE: u64 = 0x4;
export const MENVCFG_SSE: u64 = 0x8;
export const MENVCFG_CBIE: u64 = 0x30;
export const MENVCFG_CBIE_SHIFT: u64 = 4;
export const MENVCFG_CBCFE: u64 = 0x40;
export const MENVCFG_CBZE: u64 = 0x80;
export const MENVCFG_PMM: u64 = 0x300000000;
export const MENVCFG_PMM_SHIFT: u64 = 32;
export const MENVCFG_ADUE: u64 = 0x2000000000000000;
export const MENVCFG_PBMTE: u64 = 0x4000000000000000;
export const MENVCFG_STCE: u64 = 0x8000000000000000;

/** Machine state enable 0. */
export declare function csrr_mstateen0(): u64;
export declare function csrw_mstateen0(value: u64): void;
export declare function csrs_mstateen0(value: u64): void;
export declare function csrc_mstateen0(value: u64): void;
export declare function csrrw_mstateen0(value: u64): u64;
export declare function csrrs_mstateen0(value: u64): u64;
export declare function csrrc_mstateen0(value: u64): u64;
export const MSTATEEN0_C: u64 = 0x1;
export const MSTATEEN0_FCSR: u64 = 0x2;
export const MSTATEEN0_JVT: u64 = 0x4;
export const MSTATEEN0_ENVCFG: u64 = 0x4000000000000000;
export const MSTATEEN0_SE0: u64 = 0x8000000000000000;

/** Machine state enable 1. */
export declare function csrr_mstateen1(): u64;
export declare function csrw_mstateen1(value: u64): void;
export declare function csrs_mstateen1(value: u64): void;
export declare function csrc_mstateen1(value: u64): void;
export declare function csrrw_mstateen1(value: u64): u64;
export declare function csrrs_mstateen1(value: u64): u64;
export declare function csrrc_mstateen1(value: u64): u64;

/** Machine state enable 2. */
export declare function csrr_mstateen2(): u64;
export declare function csrw_mstateen2(value: u64): void;
export declare function csrs_mstateen2(value: u64): void;
export declare function csrc_mstateen2(value: u64): void;
export declare function csrrw_mstateen2(value: u64): u64;
export declare function csrrs_mstateen2(value: u64): u64;
export declare function csrrc_mstateen2(value: u64): u64;

/** Machine state enable 3. */
export declare function csrr_mstateen3(): u64;
export declare function csrw_mstateen3(value: u64): void;
export declare function csrs_mstateen3(value: u64): void;
export declare function csrc_mstateen3(value: u64): void;
export declare function csrrw_mstateen3(value: u64): u64;
export declare function csrrs_mstateen3(value: u64): u64;
export declare function csrrc_mstateen3(value: u64): u64;

/** Machine counter inhibit. */
export declare function csrr_mcountinhibit(): u64;
export declare function csrw_mcountinhibit(value: u64): void;
export declare function csrs_mcountinhibit(value: u64): void;
export declare function csrc_mcountinhibit(value: u64): void;
export declare function csrrw_mcountinhibit(value: u64): u64;
export declare function csrrs_mcountinhibit(value: u64): u64;
export declare function csrrc_mcountinhibit(value: u64): u64;
export const MCOUNTINHIBIT_CY: u64 = 0x1;
export const MCOUNTINHIBIT_IR: u64 = 0x4;

/** Machine scratch. */
export declare function csrr_mscratch(): u64;
export declare function csrw_mscratch(value: u64): void;
export declare function csrs_mscratch(value: u64): void;
export declare function csrc_mscratch(value: u64): void;
export declare function csrrw_mscratch(value: u64): u64;
export declare function csrrs_mscratch(value: u64): u64;
export declare function csrrc_mscratch(value: u64): u64;

/** Machine exception program counter. */
export declare function csrr_mepc(): u64;
export declare function csrw_mepc(value: u64): void;
export declare function csrs_mepc(value: u64): void;
export declare function csrc_mepc(value: u64): void;
export declare function csrrw_mepc(value: u64): u64;
export declare function csrrs_mepc(value: u64): u64;
export declare function csrrc_mepc(value: u64): u64;

/** Machine trap cause. */
export declare function csrr_mcause(): u64;
export declare function csrw_mcause(value: u64): void;
export declare function csrs_mcause(value: u64): void;
export declare function csrc_mcause(value: u64): void;
export declare function csrrw_mcause(value: u64): u64;
export declare function csrrs_mcause(value: u64): u64;
export declare function csrrc_mcause(value: u64): u64;
export const MCAUSE_INTERRUPT: u64 = 0x8000000000000000;
export const MCAUSE_CODE: u64 = 0x7fffffffffffffff;
export const MCAUSE_CODE_SHIFT: u64 = 0;

/** Machine trap value. */
export declare function csrr_mtval(): u64;
export declare function csrw_mtval(value: u64): void;
export declare function csrs_mtval(value: u64): void;
export declare function csrc_mtval(value: u64): void;
export declare function csrrw_mtval(value: u64): u64;
export declare function csrrs_mtval(value: u64): u64;
export declare function csrrc_mtval(value: u64): u64;

/** Machine interrupt pending. */
export declare function csrr_mip(): u64;
export declare function csrw_mip(value: u64): void;
export declare function csrs_mip(value: u64): void;
export declare function csrc_mip(value: u64): void;
export declare function csrrw_mip(value: u64): u64;
export declare function csrrs_mip(value: u64): u64;
export declare function csrrc_mip(value: u64): u64;
export const MIP_SSIP: u64 = 0x2;
export const MIP_STIP: u64 = 0x20;
export const MIP_SEIP: u64 = 0x200;
export const MIP_LCOFIP: u64 = 0x2000;
export const MIP_VSSIP: u64 = 0x4;
export const MIP_VSTIP: u64 = 0x40;
export const MIP_VSEIP: u64 = 0x400;
export const MIP_MSIP: u64 = 0x8;
export const MIP_MTIP: u64 = 0x80;
export const MIP_MEIP: u64 = 0x800;
export const MIP_SGEIP: u64 = 0x1000;

/** Machine trap instruction. */
export declare function csrr_mtinst(): u64;
export declare function csrw_mtinst(value: u64): void;
export declare function csrs_mtinst(value: u64): void;
export declare function csrc_mtinst(value: u64): void;
export declare function csrrw_mtinst(value: u64): u64;
export declare function csrrs_mtinst(value: u64): u64;
export declare function csrrc_mtinst(value: u64): u64;

/** Machine second trap value. */
export declare function csrr_mtval2(): u64;
export declare function csrw_mtval2(value: u64): void;
export declare function csrs_mtval2(value: u64): void;
export declare function csrc_mtval2(value: u64): void;
export declare function csrrw_mtval2(value: u64): u64;
export declare function csrrs_mtval2(value: u64): u64;
export declare function csrrc_mtval2(value: u64): u64;

/** Physical memory protection configuration 0. */
export declare function csrr_pmpcfg0(): u64;
export declare function csrw_pmpcfg0(value: u64): void;
export declare function csrs_pmpcfg0(value: u64): void;
export declare function csrc_pmpcfg0(value: u64): void;
export declare function csrrw_pmpcfg0(value: u64): u64;
export declare function csrrs_pmpcfg0(value: u64): u64;
export declare function csrrc_pmpcfg0(value: u64): u64;

/** Physical memory protection address 0. */
export declare function csrr_pmpaddr0(): u64;
export declare function csrw_pmpaddr0(value: u64): void;
export declare function csrs_pmpaddr0(value: u64): void;
export declare function csrc_pmpaddr0(value: u64): void;
export declare function csrrw_pmpaddr0(value: u64): u64;
export declare function csrrs_pmpaddr0(value: u64): u64;
export declare function csrrc_pmpaddr0(value: u64): u64;

/** Physical memory protection address 1. */
export declare function csrr_pmpaddr1(): u64;
export declare function csrw_pmpaddr1(value: u64): void;
export declare function csrs_pmpaddr1(value: u64): void;
export declare function csrc_pmpaddr1(value: u64): void;
export declare function csrrw_pmpaddr1(value: u64): u64;
export declare function csrrs_pmpaddr1(value: u64): u64;
export declare function csrrc_pmpaddr1(value: u64): u64;

/** Physical memory protection address 2. */
export declare function csrr_pmpaddr2(): u64;
export declare function csrw_pmpaddr2(value: u64): void;
export declare function csrs_pmpaddr2(value: u64): void;
export declare function csrc_pmpaddr2(value: u64): void;
export declare function csrrw_pmpaddr2(value: u64): u64;
export declare function csrrs_pmpaddr2(value: u64): u64;
export declare function csrrc_pmpaddr2(value: u64): u64;

/** Physical memory protection address 3. */
export declare function csrr_pmpaddr3(): u64;
export declare function csrw_pmpaddr3(value: u64): void;
export declare function csrs_pmpaddr3(value: u64): void;
export declare function csrc_pmpaddr3(value: u64): void;
export declare function csrrw_pmpaddr3(value: u64): u64;
export declare function csrrs_pmpaddr3(value: u64): u64;
export declare function csrrc_pmpaddr3(value: u64): u64;

/** Supervisor-mode context. */
export declare function csrr_scontext(): u64;
export declare function csrw_scontext(value: u64): void;
export declare function csrs_scontext(value: u64): void;
export declare function csrc_scontext(value: u64): void;
export declare function csrrw_scontext(value: u64): u64;
export declare function csrrs_scontext(value: u64): u64;
export declare function csrrc_scontext(value: u64): u64;

/** Hypervisor status. */
export declare function csrr_hstatus(): u64;
export declare function csrw_hstatus(value: u64): void;
export declare function csrs_hstatus(value: u64): void;
export declare function csrc_hstatus(value: u64): void;
export declare function csrrw_hstatus(value: u64): u64;
export declare function csrrs_hstatus(value: u64): u64;
export declare function csrrc_hstatus(value: u64): u64;
export const HSTATUS_VSBE: u64 = 0x20;
export const HSTATUS_GVA: u64 = 0x40;
export const HSTATUS_SPV: u64 = 0x80;
export const HSTATUS_SPVP: u64 = 0x100;
export const HSTATUS_HU: u64 = 0x200;
export const HSTATUS_VGEIN: u64 = 0x3f000;
export const HSTATUS_VGEIN_SHIFT: u64 = 12;
export const HSTATUS_VTVM: u64 = 0x100000;
export const HSTATUS_VTW: u64 = 0x200000;
export const HSTATUS_VTSR: u64 = 0x400000;
export const HSTATUS_VSXL: u64 = 0x300000000;
export const HSTATUS_VSXL_SHIFT: u64 = 32;

/** Hypervisor exception delegation. */
export declare function csrr_hedeleg(): u64;
export declare function csrw_hedeleg(value: u64): void;
export declare function csrs_hedeleg(value: u64): void;
export declare function csrc_hedeleg(value: u64): void;
export declare function csrrw_hedeleg(value: u64): u64;
export declare function csrrs_hedeleg(value: u64): u64;
export declare function csrrc_hedeleg(value: u64): u64;

/** Hypervisor interrupt delegation. */
export declare function csrr_hideleg(): u64;
export declare function csrw_hideleg(value: u64): void;
export declare function csrs_hideleg(value: u64): void;
export declare function csrc_hideleg(value: u64): void;
export declare function csrrw_hideleg(value: u64): u64;
export declare function csrrs_hideleg(value: u64): u64;
export declare function csrrc_hideleg(value: u64): u64;
export const HIDELEG_VSSIP: u64 = 0x4;
export const HIDELEG_VSTIP: u64 = 0x40;
export const HIDELEG_VSEIP: u64 = 0x400;
export const HIDELEG_LCOFIP: u64 = 0x2000;

/** Hypervisor interrupt enable. */
export declare function csrr_hie(): u64;
export declare function csrw_hie(value: u64): void;
export declare function csrs_hie(value: u64): void;
export declare function csrc_hie(value: u64): void;
export declare function csrrw_hie(value: u64): u64;
export declare function csrrs_hie(value: u64): u64;
export declare function csrrc_hie(value: u64): u64;
export const HIE_VSSIE: u64 = 0x4;
export const HIE_VSTIE: u64 = 0x40;
export const HIE_VSEIE: u64 = 0x400;
export const HIE_SGEIE: u64 = 0x1000;

/** Delta for VS/VU-mode timer. */
export declare function csrr_htimedelta(): u64;
export declare function csrw_htimedelta(value: u64): void;
export declare function csrs_htimedelta(value: u64): void;
export declare function csrc_htimedelta(value: u64): void;
export declare function csrrw_htimedelta(value: u64): u64;
export declare function csrrs_htimedelta(value: u64): u64;
export declare function csrrc_htimedelta(value: u64): u64;

/** Hypervisor counter enable. */
export declare function csrr_hcounteren(): u64;
export declare function csrw_hcounteren(value: u64): void;
export declare function csrs_hcounteren(value: u64): void;
export declare function csrc_hcounteren(value: u64): void;
export declare function csrrw_hcounteren(value: u64): u64;
export declare function csrrs_hcounteren(value: u64): u64;
export declare function csrrc_hcounteren(value: u64): u64;
export const HCOUNTEREN_CY: u64 = 0x1;
export const HCOUNTEREN_TM: u64 = 0x2;
export const HCOUNTEREN_IR: u64 = 0x4;

/** Hypervisor guest external interrupt enable. */
export declare function csrr_hgeie(): u64;
export declare function csrw_hgeie(value: u64): void;
export declare function csrs_hgeie(value: u64): void;
export declare function csrc_hgeie(value: u64): void;
export declare function csrrw_hgeie(value: u64): u64;
export declare function csrrs_hgeie(value: u64): u64;
export declare function csrrc_hgeie(value: u64): u64;

/** Hypervisor environment configuration. */
export declare function csrr_henvcfg(): u64;
export declare function csrw_henvcfg(value: u64): void;
export declare function csrs_henvcfg(value: u64): void;
export declare function csrc_henvcfg(value: u64): void;
export declare function csrrw_henvcfg(value: u64): u64;
export declare function csrrs_henvcfg(value: u64): u64;
export declare function csrrc_henvcfg(value: u64): u64;
export const HENVCFG_FIOM: u64 = 0x1;
export const HENVCFG_LPE: u64 = 0x4;
export const HENVCFG_SSE: u64 = 0x8;
export const HENVCFG_CBIE: u64 = 0x30;
export const HENVCFG_CBIE_SHIFT: u64 = 4;
export const HENVCFG_CBCFE: u64 = 0x40;
export const HENVCFG_CBZE: u64 = 0x80;
export const HENVCFG_PMM: u64 = 0x300000000;
export const HENVCFG_PMM_SHIFT: u64 = 32;
export const HENVCFG_ADUE: u64 = 0x2000000000000000;
export const HENVCFG_PBMTE: u64 = 0x4000000000000000;
export const HENVCFG_STCE: u64 = 0x8000000000000000;

/** Hypervisor state enable 0. */
export declare function csrr_hstateen0(): u64;
export declare function csrw_hstateen0(value: u64): void;
export declare function csrs_hstateen0(value: u64): void;
export declare function csrc_hstateen0(value: u64): void;
export declare function csrrw_hstateen0(value: u64): u64;
export declare function csrrs_hstateen0(value: u64): u64;
export declare function csrrc_hstateen0(value: u64): u64;
export const HSTATEEN0_C: u64 = 0x1;
export const HSTATEEN0_FCSR: u64 = 0x2;
export const HSTATEEN0_JVT: u64 = 0x4;
export const HSTATEEN0_ENVCFG: u64 = 0x4000000000000000;
export const HSTATEEN0_SE0: u64 = 0x8000000000000000;

/** Hypervisor state enable 1. */
export declare function csrr_hstateen1(): u64;
export declare function csrw_hstateen1(value: u64): void;
export declare function csrs_hstateen1(value: u64): void;
export declare function csrc_hstateen1(value: u64): void;
export declare function csrrw_hstateen1(value: u64): u64;
export declare function csrrs_hstateen1(value: u64): u64;
export declare function csrrc_hstateen1(value: u64): u64;

/** Hypervisor state enable 2. */
export declare function csrr_hstateen2(): u64;
export declare function csrw_hstateen2(value: u64): void;
export declare function csrs_hstateen2(value: u64): void;
export declare function csrc_hstateen2(value: u64): void;
export declare function csrrw_hstateen2(value: u64): u64;
export declare function csrrs_hstateen2(value: u64): u64;
export declare function csrrc_hstateen2(value: u64): u64;

/** Hypervisor state enable 3. */
export declare function csrr_hstateen3(): u64;
export declare function csrw_hstateen3(value: u64): void;
export declare function csrs_hstateen3(value: u64): void;
export declare function csrc_hstateen3(value: u64): void;
export declare function csrrw_hstateen3(value: u64): u64;
export declare function csrrs_hstateen3(value: u64): u64;
export declare function csrrc_hstateen3(value: u64): u64;

/** Hypervisor trap value. */
export declare function csrr_htval(): u64;
export declare function csrw_htval(value: u64): void;
export declare function csrs_htval(value: u64): void;
export declare function csrc_htval(value: u64): void;
export declare function csrrw_htval(value: u64): u64;
export declare function csrrs_htval(value: u64): u64;
export declare function csrrc_htval(value: u64): u64;

/** Hypervisor interrupt pending. */
export declare function csrr_hip(): u64;
export declare function csrw_hip(value: u64): void;
export declare function csrs_hip(value: u64): void;
export declare function csrc_hip(value: u64): void;
export declare function csrrw_hip(value: u64): u64;
export declare function csrrs_hip(value: u64): u64;
export declare function csrrc_hip(value: u64): u64;
export const HIP_VSSIP: u64 = 0x4;
export const HIP_VSTIP: u64 = 0x40;
export const HIP_VSEIP: u64 = 0x400;
export const HIP_SGEIP: u64 = 0x1000;

/** Hypervisor virtual interrupt pending. */
export declare function csrr_hvip(): u64;
export declare function csrw_hvip(value: u64): void;
export declare function csrs_hvip(value: u64): void;
export declare function csrc_hvip(value: u64): void;
export declare function csrrw_hvip(value: u64): u64;
export declare function csrrs_hvip(value: u64): u64;
export declare function csrrc_hvip(value: u64): u64;
export const HVIP_VSSIP: u64 = 0x4;
export const HVIP_VSTIP: u64 = 0x40;
export const HVIP_VSEIP: u64 = 0x400;

/** Hypervisor trap instruction. */
export declare function csrr_htinst(): u64;
export declare function csrw_htinst(value: u64): void;
export declare function csrs_htinst(value: u64): void;
export declare function csrc_htinst(value: u64): void;
export declare function csrrw_htinst(value: u64): u64;
export declare function csrrs_htinst(value: u64): u64;
export declare function csrrc_htinst(value: u64): u64;

/** Hypervisor guest address translation and protection. */
export declare function csrr_hgatp(): u64;
export declare function csrw_hgatp(value: u64): void;
export declare function csrs_hgatp(value: u64): void;
export declare function csrc_hgatp(value: u64): void;
export declare function csrrw_hgatp(value: u64): u64;
export declare function csrrs_hgatp(value: u64): u64;
export declare function csrrc_hgatp(value: u64): u64;
export const HGATP_MODE: u64 = 0xf000000000000000;
export const HGATP_MODE_SHIFT: u64 = 60;
export const HGATP_VMID: u64 = 0x3fff00000000000;
export const HGATP_VMID_SHIFT: u64 = 44;
export const HGATP_PPN: u64 = 0xfffffffffff;
export const HGATP_PPN_SHIFT: u64 = 0;

/** Machine security configuration. */
export declare function csrr_mseccfg(): u64;
export declare function csrw_mseccfg(value: u64): void;
export declare function csrs_mseccfg(value: u64): void;
export declare function csrc_mseccfg(value: u64): void;
export declare function csrrw_mseccfg(value: u64): u64;
export declare function csrrs_mseccfg(value: u64): u64;
export declare function csrrc_mseccfg(value: u64): u64;
export const MSECCFG_MML: u64 = 0x1;
export const MSECCFG_MMWP: u64 = 0x2;
export const MSECCFG_RLB: u64 = 0x4;

/** Trigger select. */
export declare function csrr_tselect(): u64;
export declare function csrw_tselect(value: u64): void;
export declare function csrs_tselect(value: u64): void;
export declare function csrc_tselect(value: u64): void;
export declare function csrrw_tselect(value: u64): u64;
export declare function csrrs_tselect(value: u64): u64;
export declare function csrrc_tselect(value: u64): u64;

/** Trigger data 1. */
export declare function csrr_tdata1(): u64;
export declare function csrw_tdata1(value: u64): void;
export declare function csrs_tdata1(value: u64): void;
export declare function csrc_tdata1(value: u64): void;
export declare function csrrw_tdata1(value: u64): u64;
export declare function csrrs_tdata1(value: u64): u64;
export declare function csrrc_tdata1(value: u64): u64;

/** Trigger data 2. */
export declare function csrr_tdata2(): u64;
export declare function csrw_tdata2(value: u64): void;
export declare function csrs_tdata2(value: u64): void;
export declare function csrc_tdata2(value: u64): void;
export declare function csrrw_tdata2(value: u64): u64;
export declare function csrrs_tdata2(value: u64): u64;
export declare function csrrc_tdata2(value: u64): u64;

/** Trigger data 3. */
export declare function csrr_tdata3(): u64;
export declare function csrw_tdata3(value: u64): void;
export declare function csrs_tdata3(value: u64): void;
export declare function csrc_tdata3(value: u64): void;
export declare function csrrw_tdata3(value: u64): u64;
export declare function csrrs_tdata3(value: u64): u64;
export declare function csrrc_tdata3(value: u64): u64;

/** Trigger information. */
export declare function csrr_tinfo(): u64;
export declare function csrw_tinfo(value: u64): void;
export declare function csrs_tinfo(value: u64): void;
export declare function csrc_tinfo(value: u64): void;
export declare function csrrw_tinfo(value: u64): u64;
export declare function csrrs_tinfo(value: u64): u64;
export declare function csrrc_tinfo(value: u64): u64;

/** Machine-mode context. */
export declare function csrr_mcontext(): u64;
export declare function csrw_mcontext(value: u64): void;
export declare function csrs_mcontext(value: u64): void;
export declare function csrc_mcontext(value: u64): void;
export declare function csrrw_mcontext(value: u64): u64;
export declare function csrrs_mcontext(value: u64): u64;
export declare function csrrc_mcontext(value: u64): u64;

/** Machine cycle counter. */
export declare function csrr_mcycle(): u64;
export declare function csrw_mcycle(value: u64): void;
export declare function csrs_mcycle(value: u64): void;
export declare function csrc_mcycle(value: u64): void;
export declare function csrrw_mcycle(value: u64): u64;
export declare function csrrs_mcycle(value: u64): u64;
export declare function csrrc_mcycle(value: u64): u64;

/** Machine instructions-retired counter. */
export declare function csrr_minstret(): u64;
export declare function csrw_minstret(value: u64): void;
export declare function csrs_minstret(value: u64): void;
export declare function csrc_minstret(value: u64): void;
export declare function csrrw_minstret(value: u64): u64;
export declare function csrrs_minstret(value: u64): u64;
export declare function csrrc_minstret(value: u64): u64;

/** Cycle counter. */
export declare function csrr_cycle(): u64;

/** Timer. */
export declare function csrr_time(): u64;

/** Instructions-retired counter. */
export declare function csrr_instret(): u64;

/** Supervisor count overflow. */
export declare function csrr_scountovf(): u64;

/** Hypervisor guest external interrupt pending. */
export declare function csrr_hgeip(): u64;

/** Vendor ID. */
export declare function csrr_mvendorid(): u64;

/** Architecture ID. */
export declare function csrr_marchid(): u64;

/** Implementation ID. */
export declare function csrr_mimpid(): u64;

/** Hardware thread ID. */
export declare function csrr_mhartid(): u64;

/** Pointer to configuration data structure. */
export declare function csrr_mconfigptr(): u64;
