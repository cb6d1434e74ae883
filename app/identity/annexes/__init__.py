"""The annexes of the notice (附件1–3) as workbooks: given out, read, judged, applied, exported."""
