from xmsw.ui.navigation import item

item("政策库", "政策文件", "policy:library", "books")
item("政策库", "核查参数", "policy:parameters", "adjustments")
