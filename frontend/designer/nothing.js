// Stands in for the editors of another expression language, which our panel never shows.
export default function nothing() {}
export const camundaBuiltins = [];
export const camundaReservedNameBuiltins = [];
export const FeelersEditor = nothing;
