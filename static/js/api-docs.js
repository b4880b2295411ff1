// The interactive page of the interface: Swagger UI over the portal's own contract, with the browser's session.
(() => {
  "use strict";
  const place = document.getElementById("swagger");
  const words = {
    "Try it out": "试用",
    Cancel: "取消",
    Execute: "发送",
    Clear: "清空",
    Parameters: "参数",
    "No parameters": "没有参数",
    Responses: "响应",
    "Server response": "服务器的响应",
    "Response body": "响应内容",
    "Response headers": "响应头",
    "Request body": "请求内容",
    "Request URL": "请求地址",
    "Example Value": "示例",
    Examples: "示例",
    Curl: "curl 命令",
    "Response content type": "响应的内容类型",
    "Copy to clipboard": "复制",
    "Available authorizations": "可用的授权方式",
    Close: "关闭",
    Logout: "退出",
    Schema: "结构",
    Schemas: "数据结构",
    Name: "名称",
    Description: "说明",
    Code: "状态码",
    Details: "详情",
    Links: "关联",
    "No links": "无",
    Authorize: "授权",
    Download: "下载",
    "Media type": "内容类型",
    "Loading...": "正在加载…",
    "Send empty value": "发送空值",
  };
  const translate = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const word = words[node.nodeValue.trim()];
      if (word && !node.parentElement.closest("pre, code, textarea")) node.nodeValue = word;
    }
  };
  new MutationObserver((changes) => {
    for (const { target } of changes) translate(target);
  }).observe(place, { childList: true, subtree: true });
  SwaggerUIBundle({
    url: place.dataset.contract,
    domNode: place,
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    deepLinking: false,
    validatorUrl: null,
    supportedSubmitMethods: ["get", "post", "delete"],
    requestInterceptor: (request) => {
      if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = place.dataset.csrf;
      return request;
    },
  });
})();
