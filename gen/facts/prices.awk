# Prints prices.csv with one row for each item and one column for each region, a sixth of its size:
#   service,item,unit,as_of,af-south-1,ap-east-1,...
# A cell is the price in USD, with its date after a space if that differs from the row's. Rows keep their order, which is that of
# bytes. Read it twice: awk -f prices.awk prices.csv prices.csv
BEGIN { FS = "," }
function flush(  i, line) {
	if (!row)
		return
	line = row "," unit "," date
	for (i = 1; i <= n; i++)
		line = line "," cell[i]
	print line
}
FNR == 1 { pass++ }
/^# dates: / && pass == 1 { print }
/^#/ || $1 == "service" { next }
pass == 1 {
	if (!($3 in column)) {
		column[$3] = ++n
		region[n] = $3
	}
	next
}
!header {
	header = "service,item,unit,as_of"
	for (i = 1; i <= n; i++)
		header = header "," region[i]
	print header
}
row != $1 "," $2 {
	flush()
	row = $1 "," $2
	unit = $4
	date = $7
	split("", cell)
}
{ cell[column[$3]] = $5 ($7 == date ? "" : " " $7) }
END { flush() }
